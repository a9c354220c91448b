import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";

/**
 * The folders of packages within a folder: those in it, and those in its folders of scopes (`@name`). A link to a folder is
 * one, too: so package managers lay packages out, and authors link what they work on.
 */
export async function findPackages(folder: string): Promise<readonly string[]> {
  const found = (await foldersIn(folder)).map(async (path) => (isScope(path) ? foldersIn(path) : [path]));
  return (await Promise.all(found)).flat().sort();
}

/** What no package is: what lies there hidden, and what package managers lay beside packages. */
export function isPassedOver(name: string): boolean {
  return name === "node_modules" || name.startsWith(".");
}

function isScope(path: string): boolean {
  return basename(path).startsWith("@");
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => !isPassedOver(name));
  const paths = names.map((name) => join(folder, name));
  const kinds = await Promise.all(paths.map(isFolder));
  return paths.filter((_path, index) => kinds[index]);
}

/** Also by a link; a link that leads nowhere is none. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
