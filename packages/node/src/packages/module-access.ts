import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { allowPaths, any, type PackageTree, type Permissions, policyOf, VivariumError } from "@vivarium/core";
import { entriesOf } from "../option-rule.ts";
import { HostPackageTree } from "./host-package-tree.ts";
import { isPlugAndPlay } from "./plug-n-play.ts";

/**
 * The packages that an embedder gives.
 * @throws {VivariumError} `ERR_UNKNOWN_OPTION`; `ERR_INVALID_OPTION` where there is no such directory, or none whose packages
 *   can be read
 */
export function readModuleAccess(value: unknown): PackageTree | undefined {
  if (value === undefined) return undefined;
  const options = new Map(entriesOf(value, "moduleAccess"));
  for (const option of options.keys()) {
    if (option !== "cwd")
      throw new VivariumError("ERR_UNKNOWN_OPTION", { option, where: "moduleAccess", known: ["cwd"] });
  }
  const cwd = options.get("cwd");
  if (typeof cwd !== "string" || cwd.includes("\0") || !isDirectory(cwd)) {
    const wanted = "a directory of the host";
    throw new VivariumError("ERR_INVALID_OPTION", { option: "moduleAccess.cwd", wanted, actual: cwd });
  }
  if (isPlugAndPlay(realpathSync(cwd))) {
    const wanted =
      "a directory with packages in a node_modules, not Yarn's Plug'n'Play (nodeLinker: node-modules, or pnpm)";
    throw new VivariumError("ERR_INVALID_OPTION", { option: "moduleAccess.cwd", wanted, actual: cwd });
  }
  return new HostPackageTree(resolve(cwd));
}

/** Whoever gives packages allows to read them: whatever their check says of other files, it is not asked about these. */
export function readingPackages(permissions: Permissions, { roots }: PackageTree): Permissions {
  if (policyOf(permissions.fs)?.rule === "allow") return permissions;
  const packages = allowPaths({ read: roots.flatMap((name) => [`/${name}`, `/${name}/**`]) });
  const fs = any(packages, ...(permissions.fs === undefined ? [] : [permissions.fs]));
  return Object.freeze({ ...permissions, fs });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
