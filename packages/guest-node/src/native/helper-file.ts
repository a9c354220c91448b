import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The package's own folder: the nearest one above this file that holds a manifest, be this a source or bundled. */
function packageFolder(): URL {
  let folder = new URL(".", import.meta.url);
  while (!existsSync(new URL("package.json", folder))) {
    const parent = new URL("../", folder);
    if (parent.href === folder.href) break;
    folder = parent;
  }
  return folder;
}

/** Where the sources of the helper are. */
export function sourceFolder(): string {
  return fileURLToPath(new URL("native/", packageFolder()));
}

/** Where a helper that was compiled on this machine lies. */
export function buildFolder(): string {
  return fileURLToPath(new URL("build/native/", packageFolder()));
}

/** Where the helpers that ship with the package lie. */
export function prebuildsFolder(): string {
  return fileURLToPath(new URL("prebuilds/", packageFolder()));
}

/** The name of the helper's file for this process: it fits one platform, one processor and one ABI of Node. */
export function helperFileName(): string {
  return `vivarium-guest-${process.platform}-${process.arch}-abi${process.versions.modules}.node`;
}
