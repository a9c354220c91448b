import type { FileSystem } from "@vivarium/core";
import { createReplica, type ReplicaState } from "@vivarium/memfs";

/** A filesystem of what the host has sent, which judges it again. */
export const makeReplica = (state: unknown): FileSystem => createReplica(state as ReplicaState);
