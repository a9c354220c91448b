import type { Guest } from "./guest.ts";
import { StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith } from "./primordial.ts";

/** Whether a path begins with the name of a directory in which packages of the host are. */
function isInPackages(guest: Guest, path: string): boolean {
  const roots = guest.config.packageRoots;
  if (roots === undefined) return false;
  for (let index = 0; index < roots.length; index++) {
    if (StringPrototypeStartsWith(path, `/${roots[index] as string}/`)) return true;
  }
  return false;
}

/** Code cache for the source of a file in packages, where its host has some. The native helper takes it for that source alone. */
export function packageCode(guest: Guest, path: string, isModule: boolean): Uint8Array | undefined {
  if (!isInPackages(guest, path)) return undefined;
  const length = guest.calls.sync("packages.code", path, isModule);
  return typeof length === "number" && length > 0 ? guest.calls.payload(length) : undefined;
}

/** As {@link packageCode}, for a module: one whose URL says more than a path is none of these. */
export function packageModuleCode(guest: Guest, url: string): Uint8Array | undefined {
  if (!StringPrototypeStartsWith(url, FILE) || StringPrototypeIndexOf(url, "%") !== -1) return undefined;
  return packageCode(guest, StringPrototypeSlice(url, FILE.length), true);
}

const FILE = "file://";
