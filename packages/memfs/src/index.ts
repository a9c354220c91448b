export type { InMemoryFileSystemOptions } from "./create-in-memory-file-system.ts";
export { createInMemoryFileSystem } from "./create-in-memory-file-system.ts";
export { createReplica } from "./create-replica.ts";
export type {
  FileSystemSnapshot,
  SnapshotDirectory,
  SnapshotEntry,
  SnapshotFile,
  SnapshotHardLink,
  SnapshotMetadata,
  SnapshotName,
  SnapshotSymbolicLink,
} from "./file-system-snapshot.ts";
export type { InMemoryFileSystem } from "./in-memory-file-system.ts";
export type { MemoryOpenFile } from "./open-memory-file.ts";
export type { ReplicaSource, ReplicaState } from "./replica-source.ts";
export { replicaSourceOf } from "./replica-source.ts";
