import type { Comparison } from "./compare-program.ts";
import type { Expectations } from "./expectations.ts";

/** `same`: as Node. `refused`: as it is meant to be. `known`: it is known to differ, and why. */
export type Verdict = "same" | "refused" | "known" | "different" | "better";

/** Whether a program fared as is known of it. */
export function judge({ name, isSame, guest }: Comparison, expectations: Expectations): Verdict {
  const expected = expectations.get(name);
  if (expected === undefined) return isSame ? "same" : "different";
  if (expected.prints !== undefined) return guest.stdout === expected.prints ? "refused" : "different";
  return isSame ? "better" : "known";
}
