import { lstatSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** A directory of the host that guests see, and under which path. Both are absolute. */
export interface ShownFolder {
  readonly host: string;
  readonly guest: string;
  /** `modules`: a `node_modules`. `links`: one of which only links are seen. `package`: a package beside them. */
  readonly kind: "modules" | "links" | "package";
}

/** A `node_modules` on the way from the working directory to the root, where packages beside it get their names. */
export interface PackageFolder extends ShownFolder {
  /** The directory of the host that the folder is in. */
  readonly owner: string;
  /** Where packages of the owner that are linked to are shown. */
  readonly siblings: string;
}

/** The directory of the guest in which everything is that is not in its `/node_modules`. */
export const storeName = ".packages";

/**
 * The folders in which Node would look for packages from `cwd` on, the nearest first. The nearest is the guest's
 * `/node_modules`. Those above lie in each other in the store as they do in the host, by numbers, so that a package finds
 * what it would find there.
 */
export function findPackageFolders(cwd: string): readonly PackageFolder[] {
  const owners: string[] = [];
  for (let owner = realpathSync(cwd); ; owner = dirname(owner)) {
    if (isDirectory(join(owner, "node_modules")) && !owner.endsWith("/node_modules")) owners.push(owner);
    if (owner === dirname(owner)) break;
  }
  const outer = owners.map((_, index) => index).slice(1);
  const ownerPath = (index: number): string =>
    ["", storeName, ...outer.filter((other) => other >= index).reverse()].join("/");
  return owners.map((owner, index) => ({
    kind: "modules" as const,
    owner,
    host: realpathSync(join(owner, "node_modules")),
    guest: index === 0 ? "/node_modules" : `${ownerPath(index)}/node_modules`,
    siblings: index === 0 ? `/${storeName}/0` : ownerPath(index),
  }));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Whether there is a file of its own, not a link, at a path. */
export function isOwnFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
