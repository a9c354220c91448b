import { createFileSystemError, type FileStat, type FileSystem } from "@vivarium/core";

const root: FileStat = {
  type: "directory",
  mode: 0o755,
  size: 0,
  nlink: 2,
  uid: 0,
  gid: 0,
  ino: 1,
  dev: 0,
  atimeMs: 0,
  mtimeMs: 0,
  ctimeMs: 0,
  birthtimeMs: 0,
};

/** What a guest has whose embedder supplies no filesystem: one directory, with nothing in it, that stays so. */
export function createEmptyFileSystem(): FileSystem {
  const absent = (): never => {
    throw createFileSystemError("ENOENT");
  };
  const readOnly = (): never => {
    throw createFileSystemError("EROFS");
  };
  return {
    name: "empty",
    stat: (path) => (path === "/" ? root : absent()),
    readDirWithTypes: (path) => (path === "/" ? [] : absent()),
    readFile: absent,
    open: (_path, flags) => (flags.create ? readOnly() : absent()),
    isReadOnly: () => true,
    writeFile: readOnly,
    mkdir: readOnly,
    removeFile: absent,
    removeDir: absent,
    rename: absent,
  };
}
