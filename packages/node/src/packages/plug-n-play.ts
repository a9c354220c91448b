import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { isOwnFile } from "./package-folders.ts";

/** What Yarn's Plug'n'Play finds packages by; the second is of its first versions. */
const maps = [".pnp.cjs", ".pnp.js"];

/**
 * Whether what a program in `cwd` would find is said by such a file, in archives, since no `node_modules` is as near. One
 * with nothing but names that begin with a dot holds caches of tools.
 */
export function isPlugAndPlay(cwd: string): boolean {
  for (let at = cwd; ; at = dirname(at)) {
    if (namesIn(join(at, "node_modules")).some((name) => !name.startsWith("."))) return false;
    if (maps.some((name) => isOwnFile(join(at, name)))) return true;
    if (at === dirname(at)) return false;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
