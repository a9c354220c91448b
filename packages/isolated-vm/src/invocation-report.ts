import { decodeInert, type InvocationReport } from "@vivarium/core";
import type { InvocationEnd } from "@vivarium/kernel";

/** What an embedder is told of a call that is over, as its cell tells it. */
export function invocationReport({ kind, message, value }: InvocationEnd, cpuTimeLimitMs: number): InvocationReport {
  switch (kind) {
    case "returned":
    case "done":
      return { kind, value };
    case "iterable":
      return { kind, id: readNumber(value) };
    case "threw":
      return { kind, errorMessage: message, value: value.byteLength === 0 ? undefined : value };
    case "no-function":
    case "unexportable":
    case "result-limit":
      return { kind, errorMessage: message };
    case "cpu-time-limit":
      return { kind, limitMs: cpuTimeLimitMs };
    default:
      return kind satisfies never;
  }
}

/** The number that a guest has given to something; one that it has given to nothing, where it tells no number. */
function readNumber(value: Uint8Array): number {
  // A cell may send as much as a result may have, and whatever takes longest to be read.
  if (value.byteLength > LONGEST_NUMBER) return 0;
  try {
    const number = decodeInert(value);
    return Number.isInteger(number) && Number(number) > 0 && Number(number) <= MAX_NUMBER ? Number(number) : 0;
  } catch {
    return 0;
  }
}

/** Bytes of an encoded number: its version, its tag and eight of its own. */
const LONGEST_NUMBER = 10;
const MAX_NUMBER = 0xffff_ffff;
