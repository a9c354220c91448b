/**
 * The rules of a policy: JSON-able, so that they can cross into a cell and be kept, compared or shown.
 * Patterns are documented at the functions that make the rules (`allowPaths`, `allowHosts`, …).
 */
export type PolicyData =
  | { readonly rule: "allow" }
  | { readonly rule: "paths"; readonly read: readonly string[]; readonly write: readonly string[] }
  | { readonly rule: "hosts"; readonly hosts: readonly string[] }
  | { readonly rule: "urls"; readonly urls: readonly string[] }
  | { readonly rule: "commands"; readonly commands: readonly string[]; readonly shell: boolean }
  | { readonly rule: "variables"; readonly read: readonly string[]; readonly write: readonly string[] }
  | { readonly rule: "all" | "any"; readonly of: readonly PolicyData[] }
  | { readonly rule: "not"; readonly of: PolicyData };

/**
 * What a rule says of a request: allow, do not allow, or `undefined` when it cannot judge it (a path rule before a
 * request without a path, a name too long to be matched). What cannot be judged is denied, and stays so under `not`.
 */
export type Verdict = boolean | undefined;

/** A compiled rule. It keeps nothing of a request and never throws. */
export type Rule = (request: Readonly<Record<string, unknown>>) => Verdict;
