import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Whether this is the repository, and not an installed package: there, what is compiled follows its sources. */
export const runsFromSources: boolean = import.meta.url.endsWith(".ts");

/** A path within the package's own folder: the nearest one above this file that holds a manifest. */
export function inPackage(path: string): string {
  let folder = new URL(".", import.meta.url);
  while (!existsSync(new URL("package.json", folder))) {
    const parent = new URL("../", folder);
    if (parent.href === folder.href) break;
    folder = parent;
  }
  return fileURLToPath(new URL(path, folder));
}
