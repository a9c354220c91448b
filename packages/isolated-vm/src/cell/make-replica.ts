import { createReplica, type ReplicaState, replicaSourceOf } from "@vivarium/memfs";
import type { Replica } from "../replica/replica.ts";

/** A filesystem of what the host has sent, which judges it again. */
export function makeReplica(state: unknown): Replica {
  const filesystem = createReplica(state as ReplicaState);
  const source = replicaSourceOf(filesystem);
  return {
    filesystem,
    get version() {
      return source?.version ?? 0;
    },
    stampedAt: (timeMs, action) => (source === undefined ? action() : source.stampedAt(timeMs, action)),
  };
}
