import { quoted } from "../text/quoted.ts";

/** The name of a place, for messages: `permissions.network.hosts.0`. Names that strangers gave, and that are no words, are quoted. */
export function fieldOf(path: readonly PropertyKey[]): string {
  return path.map((name) => (isWord(name) ? String(name) : quoted(String(name), 40))).join(".");
}

function isWord(name: PropertyKey): boolean {
  return typeof name === "number" || (typeof name === "string" && /^[\w$-]{1,40}$/.test(name));
}
