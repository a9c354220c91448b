import { createFileSystemError, type FileStat, type FileSystem } from "@vivarium/core";

const common: Omit<FileStat, "type" | "size"> = {
  mode: 0o444,
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

/** A filesystem of these files, by their paths, which nobody can change. */
export function createReadOnlyFiles(texts: Readonly<Record<string, string>>): FileSystem {
  const files = new Map(Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  const isDirectory = (path: string): boolean =>
    path === "/" || [...files.keys()].some((name) => name.startsWith(`${path}/`));
  const refuse = (path: string): never => {
    throw createFileSystemError("EROFS", { path });
  };
  return {
    name: "read-only files",
    readFile: (path) => files.get(path)?.slice() ?? refuse(path),
    readDirWithTypes: () => [],
    stat: (path) => {
      const file = files.get(path);
      if (file !== undefined) return { ...common, type: "file", size: file.length };
      if (isDirectory(path)) return { ...common, type: "directory", size: 0 };
      throw createFileSystemError("ENOENT", { path });
    },
    writeFile: refuse,
    mkdir: refuse,
    removeFile: refuse,
    removeDir: refuse,
    rename: refuse,
  };
}
