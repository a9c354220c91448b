import { createInMemoryFileSystem } from "./create-in-memory-file-system.ts";
import type { InMemoryFileSystem } from "./in-memory-file-system.ts";
import type { ReplicaState } from "./replica-source.ts";

/**
 * A filesystem with the same limits and the same in it. Its inodes have numbers of their own.
 *
 * @throws VivariumError `ERR_INVALID_OPTION`, `ERR_INVALID_SNAPSHOT` for what is no such state
 */
export function createReplica({ snapshot, ...options }: ReplicaState): InMemoryFileSystem {
  const replica = createInMemoryFileSystem(options);
  replica.restore(snapshot);
  return replica;
}
