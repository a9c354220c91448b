import {
  decide,
  decideSync,
  type FsAccessRequest,
  type FsOperation,
  type MaybePromise,
  type PermissionCheck,
  type PermissionDecision,
  policyOf,
} from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { OnDiagnostic } from "../system-calls/report-fault.ts";

/** Asks the embedder's check about resolved paths. */
export class FsGate {
  /** True when every request is allowed: nothing needs to be asked then. */
  readonly open: boolean;
  /** True when there is no check at all, and so nothing may reach the driver. */
  readonly shut: boolean;
  readonly #check: PermissionCheck<FsAccessRequest> | undefined;
  readonly #onDiagnostic: OnDiagnostic;

  constructor(check: PermissionCheck<FsAccessRequest> | undefined, onDiagnostic: OnDiagnostic) {
    this.#check = check;
    this.#onDiagnostic = onDiagnostic;
    this.open = policyOf(check)?.rule === "allow";
    this.shut = typeof check !== "function";
  }

  /** Throws `EACCES` unless the check allows. */
  *demand(attempt: Attempt, op: FsOperation, path: string): Steps<void> {
    if (this.open) return;
    const decision = yield* this.#decide(attempt, op, path);
    if (!decision.allow) throw new CallFailure("EACCES", decision.reason);
  }

  /** Whether the check allows. */
  *allows(attempt: Attempt, op: FsOperation, path: string): Steps<boolean> {
    return this.open || (yield* this.#decide(attempt, op, path)).allow;
  }

  /**
   * {@link demand} without machinery: true when the check allows at once, false when it answers by promise, which
   * {@link demand} for the same operation and path then takes up.
   */
  demandNow(attempt: Attempt, op: FsOperation, path: string): boolean {
    if (this.open) return true;
    const answer = this.#ask(attempt, op, path);
    if (answer instanceof Promise) {
      attempt.asked = { op, path, answer };
      return false;
    }
    if (!answer.allow) throw new CallFailure("EACCES", answer.reason);
    return true;
  }

  #ask(attempt: Attempt, op: FsOperation, path: string): MaybePromise<PermissionDecision> {
    const request: FsAccessRequest = { op, path };
    return attempt.mayWait
      ? decide(this.#check, request, this.#onDiagnostic)
      : decideSync(this.#check, request, this.#onDiagnostic);
  }

  *#decide(attempt: Attempt, op: FsOperation, path: string): Steps<PermissionDecision> {
    const { asked } = attempt;
    attempt.asked = undefined;
    if (asked?.op === op && asked.path === path) return yield* attempt.settle(asked.answer);
    return yield* attempt.settle(this.#ask(attempt, op, path));
  }
}
