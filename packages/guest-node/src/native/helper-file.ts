import { fileURLToPath } from "node:url";

/** The package's own folder: two above this file, both in `src/native/` and as one file in `dist/`. */
function packageFolder(): URL {
  const here = new URL(".", import.meta.url);
  return here.pathname.endsWith("/dist/") ? new URL("../", here) : new URL("../../", here);
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
