import type { PackageTree } from "@vivarium/core";
import { ownFolder, ownTree } from "../../src/cell/own-packages.ts";

export const files = {
  "main.js": "exports.name = __filename;",
  "module.mjs": "export const name = import.meta.filename;",
  "broken.js": "(",
  "exits.js": "process.exit(1);",
} as const;
export const folder = ownFolder;
/** One package, told of with its contents. */
export const tree: PackageTree = ownTree(files);
