import { createFileSystemError, type FileStat, type FileSystem } from "../../src/index.ts";

const numbers = { mode: 0o755, size: 0, nlink: 1, uid: 0, gid: 0, ino: 1, dev: 1 };
const times = { atimeMs: 0, mtimeMs: 0, ctimeMs: 0, birthtimeMs: 0 };

/** A filesystem that has a directory `/work` and a file `/work/file`, and can tell that. */
export function createTinyFileSystem(stat?: FileSystem["stat"]): FileSystem {
  const refuse = (): never => {
    throw createFileSystemError("ENOTSUP");
  };
  const statHere = (path: string): FileStat => {
    if (path === "/work") return { type: "directory", ...numbers, ...times };
    if (path === "/work/file") return { type: "file", ...numbers, ...times };
    throw createFileSystemError("ENOENT");
  };
  return {
    name: "tiny",
    stat: stat ?? statHere,
    readFile: refuse,
    writeFile: refuse,
    readDirWithTypes: refuse,
    mkdir: refuse,
    removeFile: refuse,
    removeDir: refuse,
    rename: refuse,
  };
}
