import { types } from "node:util";
import { encodeInert } from "../../src/index.ts";

/** What a value takes of the limit that it is given. */
export function smallestLimit(value: unknown): number {
  const result = encodeInert(value, { predicates: types, limitBytes: 2 ** 28 });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.takenBytes;
}
