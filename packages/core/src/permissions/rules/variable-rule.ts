import type { EnvAccessRequest } from "../permissions.ts";
import type { Rule } from "../policy-data.ts";
import { compileGlobs, type GlobKind, LONGEST_TEXT } from "./glob.ts";

const kind: GlobKind = {
  permission: "allowEnv()",
  components: false,
  problemOf: (pattern) => (pattern.includes("=") ? 'the name of a variable holds no "="' : undefined),
};

const operations: { readonly [Operation in EnvAccessRequest["op"]]: "read" | "write" } = {
  read: "read",
  write: "write",
  delete: "write",
};
const operationKinds: ReadonlyMap<unknown, "read" | "write"> = new Map(Object.entries(operations));

/** Judges the name of a variable. */
export function compileVariableRule(names: {
  readonly read: readonly string[];
  readonly write: readonly string[];
}): Rule {
  const matchers = { read: compileGlobs(names.read, kind), write: compileGlobs(names.write, kind) };
  return ({ op, key }) => {
    const operation = operationKinds.get(op);
    // A slash would end the reach of "*".
    if (operation === undefined || typeof key !== "string" || key.length > LONGEST_TEXT || key.includes("/")) {
      return undefined;
    }
    return matchers[operation](key);
  };
}
