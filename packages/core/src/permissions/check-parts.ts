import type { PermissionCheck } from "./permissions.ts";

/** What a check was combined of that has a hand-written function among its parts. */
export interface CheckParts<Request> {
  readonly rule: "all" | "any" | "not";
  readonly of: readonly PermissionCheck<Request>[];
}

/** Shared by every copy of this package in a process. */
const brand: symbol = Symbol.for("vivarium.parts");

/** The parts of such a check; undefined of any other. */
export function partsOf<Request>(check: PermissionCheck<Request>): CheckParts<Request> | undefined {
  return Reflect.get(check, brand) as CheckParts<Request> | undefined;
}

/** Makes a check know its parts. */
export function brandParts<Request>(
  check: PermissionCheck<Request>,
  parts: CheckParts<Request>,
): PermissionCheck<Request> {
  return Object.defineProperty(check, brand, { value: Object.freeze({ ...parts, of: Object.freeze([...parts.of]) }) });
}
