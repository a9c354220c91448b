import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The folders of packages within a folder: those in it, and those in its folders of scopes (`@name`). */
export async function findPackages(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const found = folders.map(async ({ name }) => {
    const path = join(folder, name);
    return name.startsWith("@") ? findPackages(path) : [path];
  });
  return (await Promise.all(found)).flat().sort();
}
