import { ArrayPrototypePush, StringPrototypeSplit } from "../../past-prototypes.ts";
import { StringPrototypeCharCodeAt, StringPrototypeSlice } from "../../primordial.ts";
import type { PathText } from "./path-text.ts";

/** The entries of a directory as Node's library wants them: names and `UV_DIRENT_*` numbers, side by side. */
export interface Entries {
  readonly names: (string | Uint8Array)[];
  readonly types: number[];
}

const DIGIT_ZERO = 48;

/** Takes apart the kernel's listing: a type digit and a name, joined by NUL. */
export function splitEntries(text: PathText, listing: string, encoding: unknown): Entries {
  const names: (string | Uint8Array)[] = [];
  const types: number[] = [];
  if (listing === "") return { names, types };
  const entries = StringPrototypeSplit(listing, "\0");
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? "";
    ArrayPrototypePush(types, StringPrototypeCharCodeAt(entry, 0) - DIGIT_ZERO);
    ArrayPrototypePush(names, text.encoded(StringPrototypeSlice(entry, 1), encoding));
  }
  return { names, types };
}
