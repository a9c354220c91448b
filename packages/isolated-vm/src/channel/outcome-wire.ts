import type { Limits, Outcome, OutcomeKind } from "@vivarium/core";
import { MAX_MESSAGE_BYTES, WireError } from "./protocol.ts";
import type { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** The kinds in the order of their numbers on the wire. */
const KINDS = [
  "returned",
  "exited",
  "threw",
  "unexportable",
  "cpu-time-limit",
  "wall-time-limit",
  "out-of-memory",
  "process-memory-limit",
  "output-limit",
  "result-limit",
  "system-call-limit",
  "system-call-rate-limit",
  "pending-calls-limit",
  "timers-limit",
  "aborted",
  "crashed",
] as const satisfies readonly OutcomeKind[];

/** A quarter of the bytes, since a UTF-16 code unit takes at most three in UTF-8. */
const MAX_MESSAGE_UNITS = MAX_MESSAGE_BYTES / 4;

export function writeOutcome(writer: WireWriter, outcome: Outcome): void {
  writer
    .u8(KINDS.indexOf(outcome.kind))
    .u32(outcome.code >>> 0)
    .f64(figureOf(outcome));
  writer.string(clip(messageOf(outcome))).string(clip(stackOf(outcome)));
}

/**
 * Reads an outcome. The figures of limits come from `own`, when the reader knows them better than the writer.
 * @throws {WireError} for an unknown kind or a message that is too long.
 */
export function readOutcome(reader: WireReader, own?: Limits): Outcome {
  const kind = KINDS[reader.u8()];
  const code = reader.u32() | 0;
  const figure = reader.f64();
  const message = reader.string(MAX_MESSAGE_BYTES);
  const stack = reader.string(MAX_MESSAGE_BYTES);
  switch (kind) {
    case "returned":
    case "exited":
      return { kind, code };
    case "threw":
      return stack === "" ? { kind, code, errorMessage: message } : { kind, code, errorMessage: message, stack };
    case "unexportable":
    case "crashed":
      return { kind, code: 1, errorMessage: message };
    case "cpu-time-limit":
      return { kind, code: 124, limitMs: own?.cpuTimeLimitMs ?? figure };
    case "wall-time-limit":
      return { kind, code: 124, limitMs: own?.wallTimeLimitMs ?? figure };
    case "out-of-memory":
      return { kind, code: 1, limitMiB: own?.memoryLimit ?? figure };
    case "process-memory-limit":
      return { kind, code: 1, limitMiB: own === undefined ? figure : own.memoryLimit + own.processOverheadLimit };
    case "output-limit":
      return { kind, code: 1, limitBytes: own?.outputLimitBytes ?? figure };
    case "result-limit":
      return { kind, code: 1, limitBytes: own?.resultLimitBytes ?? figure, errorMessage: message };
    case "system-call-limit":
      return { kind, code: 1, limitCalls: own?.systemCallLimit ?? figure };
    case "system-call-rate-limit":
      return { kind, code: 1, limitCallsPerSecond: own?.systemCallRateLimit ?? figure };
    case "pending-calls-limit":
      return { kind, code: 1, limitCalls: own?.pendingCallsLimit ?? figure };
    case "timers-limit":
      return { kind, code: 1, limitTimers: own?.timersLimit ?? figure };
    case "aborted":
      return { kind, code: 130, ...(message === "" ? {} : { reason: message }) };
    case undefined:
      throw new WireError("An outcome is of an unknown kind");
    default:
      return kind satisfies never;
  }
}

function figureOf(outcome: Outcome): number {
  if ("limitMs" in outcome) return outcome.limitMs;
  if ("limitMiB" in outcome) return outcome.limitMiB;
  if ("limitCalls" in outcome) return outcome.limitCalls;
  if ("limitCallsPerSecond" in outcome) return outcome.limitCallsPerSecond;
  if ("limitTimers" in outcome) return outcome.limitTimers;
  return "limitBytes" in outcome ? outcome.limitBytes : 0;
}

function messageOf(outcome: Outcome): string {
  if ("errorMessage" in outcome) return outcome.errorMessage;
  return outcome.kind === "aborted" ? (outcome.reason ?? "") : "";
}

function stackOf(outcome: Outcome): string {
  return outcome.kind === "threw" ? (outcome.stack ?? "") : "";
}

/** A message that fits; one that does not says how much of it is missing. */
export function clip(message: string): string {
  if (message.length <= MAX_MESSAGE_UNITS) return message;
  return `${message.slice(0, MAX_MESSAGE_UNITS)}… (${message.length - MAX_MESSAGE_UNITS} more characters)`;
}
