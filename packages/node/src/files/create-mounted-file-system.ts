import type { FileSystem } from "@vivarium/core";
import { FollowingFileSystem } from "./following-file-system.ts";
import { MountTable } from "./mount-table.ts";
import { MountedFiles } from "./mounted-files.ts";
import { emptyDirectory } from "./nowhere.ts";

/**
 * Several filesystems as one: `createMountedFileSystem({ "/": project, "/tmp": createInMemoryFileSystem() })`.
 *
 * What is mounted covers what the filesystem above it has at that path; a directory that it lacks on the way is there all the
 * same, and cannot be changed. Mount points stay: to remove or to rename one, or a directory above one, is `EBUSY`. To
 * rename or to link from one filesystem into another is `EXDEV`, upon which programs copy. Symbolic links lead through the
 * whole. What a driver lacks (links, modes, …) fails beneath its mount point alone, with `ENOSYS`. There may be mounts
 * within mounts; one filesystem may be mounted in several places, but is not told to be the same there.
 *
 * @param mounts filesystems by absolute paths; without one at `/` that is an empty directory, in which nothing can be made
 * @throws {VivariumError} `ERR_INVALID_OPTION`, `ERR_INVALID_DRIVER`
 */
export function createMountedFileSystem(mounts: Readonly<Record<string, FileSystem>>): Required<FileSystem> {
  return mountAll(mounts, "createMountedFileSystem(mounts)", emptyDirectory);
}

/** @param root what lies at `/` unless the mounts say so */
export function mountAll(mounts: unknown, option: string, root: FileSystem): Required<FileSystem> {
  const table = new MountTable(mounts, option, root);
  const names = table.mounts.map(({ point, files }) => `${files.name} at ${point}`).reverse();
  return new FollowingFileSystem(new MountedFiles(names.join(", "), table));
}
