import { createFileSystemError, type FileStat, type PackageDirectory, type PackageTree } from "@vivarium/core";

const stat: FileStat = {
  type: "file",
  mode: 0o444,
  size: 0,
  nlink: 1,
  uid: 0,
  gid: 0,
  ino: 0,
  dev: 0,
  atimeMs: 0,
  mtimeMs: 0,
  ctimeMs: 0,
  birthtimeMs: 0,
};

/** Where it lies. */
export const ownFolder = "/node_modules/own";

/** One package of our own, told of with its contents. */
export function ownTree(files: Readonly<Record<string, string>>): PackageTree {
  const own: PackageDirectory = {
    path: ownFolder,
    entries: Object.entries(files).map(([name, text]) => {
      const content = new TextEncoder().encode(text);
      return { name, type: "file", stat: { ...stat, size: content.length }, content };
    }),
  };
  const directories = [folder("/", ["node_modules"]), folder("/node_modules", ["own"]), own];
  return {
    roots: ["node_modules"],
    directories: (path) => directories.filter((directory) => directory.path === path),
    stat: absent,
    readFile: absent,
  };
}

function folder(path: string, names: readonly string[]): PackageDirectory {
  return { path, entries: names.map((name) => ({ name, type: "directory", stat: { ...stat, type: "directory" } })) };
}

function absent(): never {
  throw createFileSystemError("ENOENT");
}

/** A package for a program of our own. */
export const ownPackages: PackageTree = ownTree({
  "package.json": '{"name":"own","main":"./main.js","exports":{".":"./main.js","./module":"./module.mjs"}}',
  "main.js": 'exports.other = require("./other");',
  "other.js": "",
  "module.mjs": 'export * from "./other.js"; export default 1;',
});
