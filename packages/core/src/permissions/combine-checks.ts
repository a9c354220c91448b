import { VivariumError } from "../errors/vivarium-error.ts";
import { isPromiseLike, type MaybePromise } from "../promises/maybe-promise.ts";
import { brandParts } from "./check-parts.ts";
import { describeNoCheck } from "./describe-no-check.ts";
import { describeRequest } from "./describe-request.ts";
import type { PermissionCheck, PermissionDecision } from "./permissions.ts";
import { compilePolicy, policyFromData } from "./policy.ts";
import { policyOf } from "./policy-brand.ts";
import type { Rule } from "./policy-data.ts";
import { ALLOWED, adoptThenable, DENIED, isUndecided, readAnswer, UNDECIDED } from "./read-answer.ts";

type Checks<Request> = readonly [PermissionCheck<Request>, ...PermissionCheck<Request>[]];

/**
 * Allows what every one of the checks allows. The reason is that of the first denial; checks after it are not asked.
 *
 * Of policies it makes a policy. With a hand-written function among them it is a function, which answers by promise
 * when one of its parts does. A part that throws or answers nonsense denies the whole, and so does a policy that cannot
 * judge the request.
 *
 * @throws VivariumError `ERR_INVALID_PERMISSION` for no checks, or something that is none
 */
export function all<Request extends object>(...checks: Checks<Request>): PermissionCheck<Request> {
  const parts = toParts(checks, "all()");
  const rules = rulesOf(checks);
  if (rules !== undefined) return policyFromData({ rule: "all", of: rules });
  const settle = (passed: readonly PermissionDecision[]): PermissionDecision =>
    passed.some(isUndecided) ? UNDECIDED : ALLOWED;
  const decides = (decision: PermissionDecision): boolean => !decision.allow && !isUndecided(decision);
  return brandParts((request) => askInTurn(parts, request, decides, settle), { rule: "all", of: checks });
}

/**
 * Allows what one of the checks allows; checks after it are not asked. The reason is that of the first denial. A part
 * that throws or answers nonsense denies the whole. Beyond that as {@link all}.
 */
export function any<Request extends object>(...checks: Checks<Request>): PermissionCheck<Request> {
  const parts = toParts(checks, "any()");
  const rules = rulesOf(checks);
  if (rules !== undefined) return policyFromData({ rule: "any", of: rules });
  const settle = (denials: readonly PermissionDecision[]): PermissionDecision =>
    denials.find(isUndecided) ?? denials.find((denial) => denial.reason !== undefined) ?? DENIED;
  const decides = (decision: PermissionDecision): boolean => decision.allow;
  return brandParts((request) => askInTurn(parts, request, decides, settle), { rule: "any", of: checks });
}

/**
 * Allows what the check denies by its answer, and denies what it allows. A check that throws or answers nonsense denies
 * here too, and so does a policy that cannot judge the request. It takes one check: `not(any(a, b))` denies what either
 * allows. Beyond that as {@link all}.
 */
export function not<Request extends object>(
  ...checks: readonly [check: PermissionCheck<Request>]
): PermissionCheck<Request> {
  const parts = toParts(checks, "not()");
  const count: number = checks.length;
  if (count > 1) refuse("not()", `expected one check, got ${count} arguments (combine them: not(any(…)))`);
  const rules = rulesOf(checks);
  if (rules !== undefined) return policyFromData({ rule: "not", of: rules[0] });
  const settle = ([decision = UNDECIDED]: readonly PermissionDecision[]): PermissionDecision => {
    if (isUndecided(decision)) return decision;
    return decision.allow ? DENIED : ALLOWED;
  };
  return brandParts((request) => askInTurn(parts, request, () => false, settle), { rule: "not", of: checks });
}

function refuse(permission: string, problem: string): never {
  throw new VivariumError("ERR_INVALID_PERMISSION", { permission, problem });
}

interface Part<Request> {
  readonly check: PermissionCheck<Request>;
  /** The rule of a policy, which says "cannot judge" where its check only denies. */
  readonly rule: Rule | undefined;
}

function toParts<Request extends object>(checks: readonly PermissionCheck<Request>[], name: string): Part<Request>[] {
  if (checks.length === 0) refuse(name, "expected at least one check");
  return checks.map((check) => {
    if (typeof check !== "function") refuse(name, `expected a check, got ${describeNoCheck(check)}`);
    const data = policyOf(check);
    return { check, rule: data === undefined ? undefined : compilePolicy(data) };
  });
}

/** The rules of all the checks, unless one of them is a hand-written function. */
function rulesOf<Request>(checks: readonly PermissionCheck<Request>[]): readonly unknown[] | undefined {
  const rules = checks.map((check) => policyOf(check));
  return rules.includes(undefined) ? undefined : rules;
}

/** Asks part after part until one decides, at once as long as they answer at once. Throws for a part that fails. */
function askInTurn<Request extends object>(
  parts: readonly Part<Request>[],
  request: Request,
  decides: (decision: PermissionDecision) => boolean,
  settle: (decisions: readonly PermissionDecision[]) => PermissionDecision,
  earlier: readonly PermissionDecision[] = [],
): MaybePromise<PermissionDecision> {
  const decisions = [...earlier];
  for (const part of parts.slice(decisions.length)) {
    const answer = ask(part, request);
    if (answer instanceof Promise) {
      return answer.then((decision) =>
        decides(decision) ? decision : askInTurn(parts, request, decides, settle, [...decisions, decision]),
      );
    }
    if (decides(answer)) return answer;
    decisions.push(answer);
  }
  return settle(decisions);
}

function ask<Request extends object>(
  { check, rule }: Part<Request>,
  request: Request,
): PermissionDecision | Promise<PermissionDecision> {
  if (rule !== undefined) {
    const verdict = rule(request as Readonly<Record<string, unknown>>);
    return verdict === undefined ? UNDECIDED : verdict ? ALLOWED : DENIED;
  }
  const answer: unknown = check(request);
  return isPromiseLike(answer) ? adoptThenable(answer).then((value) => read(value, request)) : read(answer, request);
}

function read(answer: unknown, request: object): PermissionDecision {
  const decision = readAnswer(answer);
  if (decision !== undefined) return decision;
  throw new VivariumError("ERR_CHECK_ANSWER", { request: describeRequest(request), actual: answer });
}
