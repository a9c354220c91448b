import type { PermissionCheck } from "./permissions.ts";
import type { PolicyData } from "./policy-data.ts";

/** Shared by every copy of this package in a process. */
const brand: symbol = Symbol.for("vivarium.policy");

/**
 * The rules that a check carries as data, or `undefined` for a hand-written function. The data is JSON-able and frozen;
 * `policyFromData` makes an equal check from it, in a cell for instance.
 */
export function policyOf<Request>(check: PermissionCheck<Request> | undefined): PolicyData | undefined {
  return typeof check === "function" ? (Reflect.get(check, brand) as PolicyData | undefined) : undefined;
}

/** Makes a check carry its rules. */
export function brandPolicy<Request>(check: PermissionCheck<Request>, data: PolicyData): PermissionCheck<Request> {
  return Object.defineProperty(check, brand, { value: data });
}
