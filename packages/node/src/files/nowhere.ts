import { createFileSystemError, type FileSystem } from "@vivarium/core";
import { completeDriver } from "./complete-driver.ts";
import type { ResolvedFiles } from "./resolved-files.ts";

function missing(): never {
  throw createFileSystemError("ENOENT");
}

const nothing: FileSystem = {
  name: "nowhere",
  readFile: missing,
  writeFile: missing,
  readDirWithTypes: missing,
  mkdir: missing,
  stat: missing,
  removeFile: missing,
  removeDir: missing,
  rename: missing,
};

/** A place where nothing is, and nothing can be made. */
export const nowhere: ResolvedFiles = completeDriver(nothing);

/** A directory with nothing in it, in which nothing can be made. */
export const emptyDirectory: FileSystem = {
  ...nothing,
  name: "empty directory",
  readDirWithTypes: (path) => (path === "/" ? [] : missing()),
  stat: (path) => (path === "/" ? emptyStat : missing()),
  isReadOnly: () => true,
  mkdir: refuse,
  writeFile: refuse,
};

function refuse(): never {
  throw createFileSystemError("EROFS");
}

const emptyStat = {
  type: "directory",
  mode: 0o755,
  size: 0,
  nlink: 1,
  uid: 0,
  gid: 0,
  ino: 1,
  dev: 0,
  atimeMs: 0,
  mtimeMs: 0,
  ctimeMs: 0,
  birthtimeMs: 0,
} as const;
