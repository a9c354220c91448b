import type { Diagnostic } from "../errors/diagnostic.ts";
import { isVivariumError, VivariumError } from "../errors/vivarium-error.ts";
import { isPromiseLike, type MaybePromise } from "../promises/maybe-promise.ts";
import { describeRequest } from "./describe-request.ts";
import { freezeRequest } from "./freeze-request.ts";
import type { PermissionCheck, PermissionDecision } from "./permissions.ts";
import { policyOf } from "./policy-brand.ts";
import { ALLOWED, adoptThenable, DENIED, readAnswer } from "./read-answer.ts";

/** Hears of faults on the side of the embedder. What it throws is dropped. */
export type DiagnosticListener = (diagnostic: Diagnostic) => void;

/**
 * Asks a check about one request, and trusts neither. Only `true`, or an object whose `allow` is `true`, allows; a
 * missing check, a throw, a rejection and any other answer deny, and `onDiagnostic` hears of the last three
 * (`ERR_CHECK_THREW`, `ERR_CHECK_ANSWER`). Answers at once when the check does. Never throws, never rejects.
 *
 * A hand-written check gets a frozen copy of the request. What it answers is read once. A promise that never settles
 * keeps the answer waiting: deadlines are the caller's matter.
 */
export function decide<Request extends object>(
  check: PermissionCheck<Request> | undefined,
  request: Request,
  onDiagnostic: DiagnosticListener,
): MaybePromise<PermissionDecision> {
  const answer = ask(check, request, onDiagnostic);
  if (!answer.asynchronous) return answer.decision;
  return adoptThenable(answer.thenable).then(
    (value) => judge(value, request, onDiagnostic),
    (cause: unknown) => denyThrown(request, cause, onDiagnostic),
  );
}

/**
 * {@link decide} for a caller that cannot wait: a check that answers by promise denies, and `onDiagnostic` hears of it
 * (`ERR_CHECK_ASYNC`).
 */
export function decideSync<Request extends object>(
  check: PermissionCheck<Request> | undefined,
  request: Request,
  onDiagnostic: DiagnosticListener,
): PermissionDecision {
  const answer = ask(check, request, onDiagnostic);
  if (!answer.asynchronous) return answer.decision;
  // Nobody waits for it: without a handler its rejection would end the host.
  adoptThenable(answer.thenable).catch(() => undefined);
  const error = new VivariumError("ERR_CHECK_ASYNC", { request: describeRequest(request) });
  report(onDiagnostic, { code: error.code, message: error.message, cause: error });
  return Object.freeze({ allow: false, reason: "the permission check answers by promise" });
}

type Asked =
  | { readonly asynchronous: false; readonly decision: PermissionDecision }
  | { readonly asynchronous: true; readonly thenable: PromiseLike<unknown> };

const allowedAtOnce: Asked = { asynchronous: false, decision: ALLOWED };
const deniedAtOnce: Asked = { asynchronous: false, decision: DENIED };

function ask<Request extends object>(
  check: PermissionCheck<Request> | undefined,
  request: Request,
  onDiagnostic: DiagnosticListener,
): Asked {
  if (typeof check !== "function") return deniedAtOnce;
  try {
    // A policy is this package's own code: it keeps nothing and changes nothing.
    const answer: unknown = check(policyOf(check) === undefined ? freezeRequest(request) : request);
    if (answer === true) return allowedAtOnce;
    if (answer === false) return deniedAtOnce;
    if (isPromiseLike(answer)) return { asynchronous: true, thenable: answer };
    return { asynchronous: false, decision: judge(answer, request, onDiagnostic) };
  } catch (cause) {
    return { asynchronous: false, decision: denyThrown(request, cause, onDiagnostic) };
  }
}

function judge(answer: unknown, request: object, onDiagnostic: DiagnosticListener): PermissionDecision {
  let decision: PermissionDecision | undefined;
  try {
    decision = readAnswer(answer);
  } catch (cause) {
    return denyThrown(request, cause, onDiagnostic);
  }
  if (decision !== undefined) return decision;
  const error = new VivariumError("ERR_CHECK_ANSWER", { request: describeRequest(request), actual: answer });
  report(onDiagnostic, { code: error.code, message: error.message, cause: error });
  return DENIED;
}

function denyThrown(request: object, cause: unknown, onDiagnostic: DiagnosticListener): PermissionDecision {
  // A combined check throws when one of its parts answers nonsense.
  if (isVivariumError(cause, "ERR_CHECK_ANSWER")) {
    report(onDiagnostic, { code: cause.code, message: cause.message, cause });
    return DENIED;
  }
  const error = new VivariumError("ERR_CHECK_THREW", { request: describeRequest(request) }, { cause });
  report(onDiagnostic, { code: error.code, message: error.message, cause });
  return DENIED;
}

function report(onDiagnostic: DiagnosticListener, diagnostic: Diagnostic): void {
  try {
    onDiagnostic(diagnostic);
  } catch {
    // A listener that fails must not turn a denial into an exception inside a system call.
  }
}
