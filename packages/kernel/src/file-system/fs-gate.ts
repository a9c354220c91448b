import {
  decide,
  decideSync,
  type FsAccessRequest,
  type FsOperation,
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
  readonly #isPolicy: boolean;
  readonly #check: PermissionCheck<FsAccessRequest> | undefined;
  readonly #onDiagnostic: OnDiagnostic;

  constructor(check: PermissionCheck<FsAccessRequest> | undefined, onDiagnostic: OnDiagnostic) {
    this.#check = check;
    this.#onDiagnostic = onDiagnostic;
    this.#isPolicy = policyOf(check) !== undefined;
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

  /** Whether the check is known to answer at once: it is a policy, or an answer by promise will be refused. */
  answersAtOnce(attempt: Attempt): boolean {
    return this.#isPolicy || !attempt.mayWait;
  }

  /** {@link demand} for a check that {@link answersAtOnce}. */
  demandNow(op: FsOperation, path: string): void {
    if (this.open) return;
    const decision = decideSync(this.#check, { op, path }, this.#onDiagnostic);
    if (!decision.allow) throw new CallFailure("EACCES", decision.reason);
  }

  *#decide(attempt: Attempt, op: FsOperation, path: string): Steps<PermissionDecision> {
    const request: FsAccessRequest = { op, path };
    if (!attempt.mayWait) return decideSync(this.#check, request, this.#onDiagnostic);
    return yield* attempt.settle(decide(this.#check, request, this.#onDiagnostic));
  }
}
