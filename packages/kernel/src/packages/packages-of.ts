import type { PackageTree } from "@vivarium/core";
import { PackageFileSystem } from "./package-file-system.ts";

const known: WeakMap<PackageTree, PackageFileSystem> = new WeakMap();

/** The filesystem of a tree of packages: one for all runs, so that each finds what those before it have learnt. */
export function packagesOf(tree: PackageTree): PackageFileSystem {
  const found = known.get(tree) ?? new PackageFileSystem(tree);
  known.set(tree, found);
  return found;
}
