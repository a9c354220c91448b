import type { InvocationReport, InvocationTarget, LoadedGuest } from "../contracts/loaded-guest.ts";
import { isVivariumError, VivariumError } from "../errors/vivarium-error.ts";
import { decodeInertInSlices } from "../inert/decode-inert.ts";
import type { Limits } from "../limits/limits.ts";
import { type ExecResult, endingOf } from "../outcome/run-result.ts";
import { CallDeadline } from "./call-deadline.ts";
import { GuestIterator } from "./guest-iterator.ts";
import type { CheckedCall } from "./read-call-options.ts";

/** A guest that is called, and what bounds its answers. */
export interface CalledGuest {
  readonly loaded: LoadedGuest;
  readonly limits: Pick<Limits, "resultLimitBytes">;
  /** How it has ended, once it has, where that is told. Never rejects. */
  readonly exited?: Promise<ExecResult>;
  /** Keeps it from being retired until what this answers is called, once. */
  readonly hold?: () => () => void;
}

/** What a call has come to: the last of an iteration is done. */
interface Answer {
  readonly done: boolean;
  readonly value: unknown;
}

type Failure = VivariumError<"ERR_CALL_FAILED">["detail"]["reason"];

/** As {@link callWithin}, with a deadline of its own. */
export async function callInto(guest: CalledGuest, target: InvocationTarget, call: CheckedCall): Promise<unknown> {
  return (await ask(guest, target, call)).value;
}

/**
 * Calls something of a guest, and brings out what comes of it.
 *
 * @throws VivariumError (by rejection) `ERR_CALL_FAILED`, `ERR_UNEXPORTABLE_VALUE`
 */
export async function callWithin(
  guest: CalledGuest,
  target: InvocationTarget,
  call: CheckedCall,
  deadline: CallDeadline,
): Promise<unknown> {
  return (await askWithin(guest, target, call, deadline)).value;
}

async function ask(guest: CalledGuest, target: InvocationTarget, call: CheckedCall): Promise<Answer> {
  using deadline = new CallDeadline(call.timeoutMs, call.signal);
  return await askWithin(guest, target, call, deadline);
}

async function askWithin(
  guest: CalledGuest,
  target: InvocationTarget,
  call: CheckedCall,
  deadline: CallDeadline,
): Promise<Answer> {
  if (deadline.givenUp !== undefined) throw givenUp(call, deadline);
  const { args, cpuTimeLimitMs } = call;
  const report = await guest.loaded.invoke({ target, args, cpuTimeLimitMs, signal: deadline.signal });
  return answerOf(guest, call, report, deadline);
}

async function answerOf(
  guest: CalledGuest,
  call: CheckedCall,
  report: InvocationReport,
  deadline: CallDeadline,
): Promise<Answer> {
  switch (report.kind) {
    case "returned":
      return { done: false, value: await decodeResult(guest, call, report.value) };
    case "done":
      return { done: true, value: await decodeResult(guest, call, report.value) };
    case "iterable":
      return { done: false, value: iterable(guest, call, report.id) };
    case "threw":
      throw callFailed(call, "threw", report.errorMessage, { cause: await thrownOf(report.value) });
    case "no-function":
    case "unexportable":
    case "result-limit":
      throw callFailed(call, report.kind, report.errorMessage);
    case "cpu-time-limit":
      throw callFailed(call, report.kind, `it used more than ${report.limitMs} ms of CPU time`);
    case "canceled":
      throw givenUp(call, deadline);
    case "ended":
      throw await endedUnder(guest, call);
    default:
      return report satisfies never;
  }
}

/** Each value is asked for by a call of its own, with the limits of the one that returned the iterable. */
function iterable(guest: CalledGuest, call: CheckedCall, id: number): GuestIterator {
  const again: CheckedCall = { ...call, args: [] };
  const close = async (): Promise<void> => {
    await ask(guest, { kind: "return", id }, { ...again, signal: undefined });
  };
  const next = async (): Promise<Answer> => {
    try {
      return await ask(guest, { kind: "next", id }, again);
    } catch (error) {
      // The guest does not know that its value was of no use: it would keep the iterable.
      if (!isOverThere(error)) close().catch(() => undefined);
      throw error;
    }
  };
  return new GuestIterator({ next, close, onOver: guest.hold?.() });
}

/** Whether what a call has failed with has ended the iteration in the guest too. */
function isOverThere(error: unknown): boolean {
  return (
    isVivariumError(error, "ERR_CALL_FAILED") && (error.detail.reason === "threw" || error.detail.reason === "ended")
  );
}

async function decodeResult({ limits }: CalledGuest, call: CheckedCall, value: Uint8Array): Promise<unknown> {
  try {
    const decoded = await decodeInertInSlices(value, { limitBytes: limits.resultLimitBytes });
    return decoded.value;
  } catch (cause) {
    throw callFailed(call, "unexportable", "its cell sent a malformed result", { cause });
  }
}

async function endedUnder({ exited }: CalledGuest, { name }: CheckedCall): Promise<VivariumError> {
  if (exited === undefined)
    return new VivariumError("ERR_CALL_FAILED", { name, reason: "ended", problem: "its guest has ended" });
  const { outcome } = await exited;
  return new VivariumError("ERR_CALL_FAILED", { name, reason: "ended", problem: endingOf(outcome), outcome });
}

/** What a call rejects with. */
export function callFailed(
  { name }: Pick<CheckedCall, "name">,
  reason: Failure,
  problem: string,
  options: { readonly cause?: unknown } = {},
): VivariumError {
  return new VivariumError("ERR_CALL_FAILED", { name, reason, problem }, options);
}

/** What a call rejects with that nobody waits for any more. */
export function givenUp(call: CheckedCall, { givenUp: why }: CallDeadline): VivariumError {
  if (why?.reason === "aborted") return callFailed(call, "aborted", "it was aborted", { cause: why.cause });
  return callFailed(call, "timeout", `it took longer than ${call.timeoutMs} ms`);
}

/** What is malformed is nothing. An error may hold as much as takes long to read. */
async function thrownOf(value: Uint8Array | undefined): Promise<unknown> {
  if (value === undefined) return undefined;
  try {
    return (await decodeInertInSlices(value)).value;
  } catch {
    return undefined;
  }
}
