import {
  type Diagnostic,
  type ErrorCode,
  type ErrorDetails,
  errnoCodeOfError,
  errnoOf,
  VivariumError,
} from "@vivarium/core";
import { AbandonedError } from "../maybe-async.ts";
import type { CallAnswer } from "./call-answer.ts";
import { CallFailure, GuestEnded } from "./call-failure.ts";

/** Hears of faults that no guest may see. */
export type OnDiagnostic = (diagnostic: Diagnostic) => void;

/** Tells the embedder of a fault. A listener that throws is the embedder's own matter and must not reach a guest. */
export function reportFault<Code extends ErrorCode>(
  onDiagnostic: OnDiagnostic,
  code: Code,
  detail: ErrorDetails[Code],
  cause?: unknown,
): void {
  const error = new VivariumError(code, detail);
  tell(onDiagnostic, { code, message: error.message, ...(cause === undefined ? {} : { cause }) });
}

/** Hands a diagnostic over without letting the listener's own failure through. */
export function tell(onDiagnostic: OnDiagnostic, diagnostic: Diagnostic): void {
  try {
    onDiagnostic(diagnostic);
  } catch {
    // Nobody is left to hear of it.
  }
}

/** The answer to a guest for whatever a handler threw: never a host message. */
export function answerOfFailure(error: unknown, call: string, onDiagnostic: OnDiagnostic): CallAnswer {
  if (error instanceof CallFailure) {
    const result = errnoOf(error.code);
    return error.reason === undefined ? { result } : { result, reason: error.reason };
  }
  if (error instanceof GuestEnded) return { result: errnoOf("ECANCELED"), ended: error.outcome };
  if (error instanceof AbandonedError) return { result: errnoOf("ECANCELED") };
  const code = errnoCodeOfError(error);
  reportFault(onDiagnostic, "ERR_CELL_FAILED", { problem: `the system call ${call} failed unexpectedly` }, error);
  return { result: errnoOf(code === undefined ? "EIO" : code) };
}
