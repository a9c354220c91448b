import { createFileSystemError, type FileStat, type FileSystem } from "@vivarium/core";

const common: Omit<FileStat, "type" | "size"> = {
  mode: 0o644,
  nlink: 1,
  uid: 1000,
  gid: 1000,
  ino: 1,
  dev: 1,
  atimeMs: 0,
  mtimeMs: 0,
  ctimeMs: 0,
  birthtimeMs: 0,
};

const content = new TextEncoder().encode("the content");

/** A filesystem of one file, `/file.txt`, that notes each verb that is asked of it. */
export function createRecordingFileSystem(calls: string[]): FileSystem {
  const find = (verb: string, path: string): FileStat => {
    calls.push(verb);
    if (path === "/") return { ...common, type: "directory", size: 0 };
    if (path === "/file.txt") return { ...common, type: "file", size: content.length };
    throw createFileSystemError("ENOENT", { path });
  };
  const refuse =
    (verb: string) =>
    (path: string): never => {
      calls.push(verb);
      throw createFileSystemError("EROFS", { path });
    };
  return {
    name: "recording filesystem",
    readFile: (path) => {
      find("readFile", path);
      return content.slice();
    },
    readDirWithTypes: (path) => {
      find("readDirWithTypes", path);
      return [{ name: "file.txt", type: "file" }];
    },
    stat: (path) => find("stat", path),
    writeFile: refuse("writeFile"),
    mkdir: refuse("mkdir"),
    removeFile: refuse("removeFile"),
    removeDir: refuse("removeDir"),
    rename: refuse("rename"),
  };
}
