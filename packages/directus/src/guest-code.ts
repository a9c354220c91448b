import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";

const isSource = import.meta.url.endsWith(".ts");

/** The code of a module that runs in extensions' guests, from `guest/`. */
export function guestCode(name: "api" | "entry" | "globals"): string {
  const text = readFileSync(new URL(`./guest/${name}.${isSource ? "ts" : "js"}`, import.meta.url), "utf8");
  return isSource ? stripTypeScriptTypes(text) : text;
}
