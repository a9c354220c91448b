import { getCiphers, getCurves, getHashes } from "node:crypto";
import { types } from "node:util";
import { encodeInert } from "@vivarium/core";

/** What Node's library asks as soon as it is loaded, whether or not anything of it is used. */
const lists: Readonly<Record<string, () => readonly string[]>> = { getCiphers, getCurves, getHashes };

const LIST_BYTES = 1024 * 1024;

/** Names of what there is, as `crypto.call` answers them; `undefined` for any other question. */
export function knownNames(name: string): Uint8Array | undefined {
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (list === undefined) return undefined;
  const result = encodeInert([true, list()], { predicates: types, limitBytes: LIST_BYTES });
  return result.kind === "encoded" ? result.bytes : undefined;
}
