import { readFileSync } from "node:fs";
import { inPackage } from "./package-folder.ts";

/** Nothing else is read, whatever a guest asks for. */
const known: ReadonlySet<string> = new Set(["sqlite3.wasm"]);
const read = new Map<string, WeakRef<Uint8Array>>();

/** A file that few guests need, as the build has made it; `undefined`: there is none of that name. Not to be changed. */
export function loadLibraryFile(name: string): Uint8Array | undefined {
  if (!known.has(name)) return undefined;
  const kept = read.get(name)?.deref();
  if (kept !== undefined) return kept;
  const bytes = readFileSync(inPackage(`dist/${name}`));
  read.set(name, new WeakRef(bytes));
  return bytes;
}
