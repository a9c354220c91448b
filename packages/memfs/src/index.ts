export type { InMemoryFileSystemOptions } from "./create-in-memory-file-system.ts";
export { createInMemoryFileSystem } from "./create-in-memory-file-system.ts";
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
