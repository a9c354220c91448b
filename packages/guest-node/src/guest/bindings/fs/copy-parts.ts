import type { Guest } from "../../guest.ts";
import { StringPrototypeLastIndexOf, StringPrototypeSlice } from "../../primordial.ts";
import type { FsParts } from "./fs-parts.ts";
import { lookAt } from "./quick-look.ts";

/** Gives a copy the times of its source. */
export function keepTimes({ guest, requests }: FsParts, path: string, dest: string): void {
  const source = lookAt(guest, path, true);
  if (typeof source === "number") return;
  const result = guest.calls.sync("fs.utimes", dest, source.atimeMs, source.mtimeMs, true);
  requests.check(result, { syscall: "utime", path: dest });
}

/** The directory of a path as written; `undefined` when it names none. */
export function parentOf(path: string): string | undefined {
  const slash = StringPrototypeLastIndexOf(path, "/");
  if (slash < 0) return undefined;
  return slash === 0 ? "/" : StringPrototypeSlice(path, 0, slash);
}

export function copyError(guest: Guest, code: string, message: string): Error {
  return guest.errors.coded("Error", code, message);
}
