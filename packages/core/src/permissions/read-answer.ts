import { guestReason } from "../errors/guest-reason.ts";
import type { PermissionDecision } from "./permissions.ts";

/** The one decision that allows. */
export const ALLOWED: PermissionDecision = Object.freeze({ allow: true });
/** A denial without a reason. */
export const DENIED: PermissionDecision = Object.freeze({ allow: false });

const undecided: symbol = Symbol.for("vivarium.undecided");

/**
 * The answer of a combined check when a policy in it cannot judge the request: a denial, and marked, so that it stays
 * one under `not`.
 */
export const UNDECIDED: PermissionDecision = Object.freeze({ allow: false, [undecided]: true });

/** Whether a decision is {@link UNDECIDED}, of whichever copy of this package. */
export function isUndecided(decision: object): boolean {
  return Reflect.get(decision, undecided) === true;
}

/**
 * Turns what a check answered (not a promise of it) into a decision, reading each property once.
 *
 * @returns a frozen decision, or `undefined` for what is no answer at all
 * @throws whatever a getter or a proxy of the answer throws
 */
export function readAnswer(answer: unknown): PermissionDecision | undefined {
  if (typeof answer === "boolean") return answer ? ALLOWED : DENIED;
  if (typeof answer !== "object" || answer === null) return undefined;
  if (isUndecided(answer)) return UNDECIDED;
  const { allow } = answer as { readonly allow?: unknown };
  if (allow === true) return ALLOWED;
  if (allow !== false) return undefined;
  const reason = guestReason((answer as { readonly reason?: unknown }).reason);
  return reason === undefined ? DENIED : Object.freeze({ allow: false, reason });
}

/** A real promise for any thenable: its `then` is called once, later, and a second settlement changes nothing. */
export function adoptThenable(thenable: PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve().then(() => thenable);
}
