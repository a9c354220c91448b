import { readFileSync } from "node:fs";

/** The code of a module that runs in plugins' guests, as it was built from `guest/`. */
export function guestCode(name: "context" | "plugin" | "script"): string {
  return readFileSync(new URL(`../dist/guest/${name}.js`, import.meta.url), "utf8");
}
