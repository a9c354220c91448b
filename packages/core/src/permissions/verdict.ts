import type { Rule, Verdict } from "./policy-data.ts";

/** `undefined` ("cannot judge") stays what it is. */
export function opposite(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}

/** Allows when every rule does; one that does not decides, also beside one that cannot judge. */
export function allOf(rules: readonly Rule[]): Rule {
  return (request) => {
    let verdict: Verdict = true;
    for (const rule of rules) {
      const next = rule(request);
      if (next === false) return false;
      if (next === undefined) verdict = undefined;
    }
    return verdict;
  };
}

/** Allows when one rule does; one that does decides, also beside one that cannot judge. */
export function anyOf(rules: readonly Rule[]): Rule {
  return (request) => {
    let verdict: Verdict = false;
    for (const rule of rules) {
      const next = rule(request);
      if (next === true) return true;
      if (next === undefined) verdict = undefined;
    }
    return verdict;
  };
}
