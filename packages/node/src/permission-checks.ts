import { describeNoCheck, type Permissions, VivariumError } from "@vivarium/core";
import { entriesOf } from "./option-rule.ts";

const domains: ReadonlyArray<keyof Permissions> = ["fs", "network", "childProcess", "env", "module"];

/**
 * Answers a frozen copy of the checks: what the embedder does to its object later changes nothing here.
 * @throws {VivariumError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`, `ERR_INVALID_PERMISSION`
 */
export function readPermissions(value: unknown): Permissions {
  const checks: Record<string, unknown> = {};
  for (const [domain, check] of entriesOf(value, "permissions")) {
    if (!domains.some((known) => known === domain)) {
      throw new VivariumError("ERR_UNKNOWN_OPTION", { option: domain, where: "permissions", known: domains });
    }
    if (check === undefined) continue;
    if (typeof check !== "function") {
      throw new VivariumError("ERR_INVALID_PERMISSION", {
        permission: `"${domain}"`,
        problem: `expected a check, got ${describeNoCheck(check)}`,
      });
    }
    checks[domain] = check;
  }
  return Object.freeze(checks);
}
