import type { ErrnoCode, Outcome } from "@vivarium/core";

/**
 * A system call that failed in a way the guest may know: an errno and, when there is one that it may know, the reason.
 * Module loaders probe for files that do not exist, so that failures are frequent: none carries a stack.
 */
export class CallFailure extends Error {
  override readonly name = "CallFailure";
  readonly code: ErrnoCode;
  /** Shown to the guest. Never a host message. */
  readonly reason: string | undefined;

  constructor(code: ErrnoCode, reason?: string) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(code);
    Error.stackTraceLimit = limit;
    this.code = code;
    this.reason = reason;
  }
}

/** The errno with which something was refused; of anything else that was thrown nothing is told. */
export function errnoCodeOfRefusal(error: unknown): ErrnoCode {
  return error instanceof CallFailure ? error.code : "EIO";
}

/** A system call that ends its guest: the output limit. */
export class GuestEnded extends Error {
  override readonly name = "GuestEnded";
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}
