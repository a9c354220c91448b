import { createFileSystemError, type FileStat, type PackageTree } from "@vivarium/core";

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
export const files: ReadonlyMap<string, string> = new Map([
  ["main.js", "exports.name = __filename;"],
  ["module.mjs", "export const name = import.meta.filename;"],
  ["broken.js", "("],
  ["exits.js", "process.exit(1);"],
]);
export const folder = "/node_modules/own";
const own = [...files].map(([name, text]) => ({
  name,
  type: "file" as const,
  stat: { ...stat, size: text.length },
  content: new TextEncoder().encode(text),
}));
const directory = (name: string) => ({
  name,
  type: "directory" as const,
  stat: { ...stat, type: "directory" as const },
});
/** One package, told of with its contents. */
export const tree: PackageTree = {
  roots: ["node_modules"],
  directories: (path) =>
    [
      { path: "/", entries: [directory("node_modules")] },
      { path: "/node_modules", entries: [directory("own")] },
      { path: folder, entries: own },
    ].filter((one) => one.path === path),
  stat: () => {
    throw createFileSystemError("ENOENT");
  },
  readFile: () => {
    throw createFileSystemError("ENOENT");
  },
};
