import { bareCalls, type SystemCallAfterword, type SystemCallName, type SystemCallResult } from "@vivarium/core";
import { dictionary } from "../past-prototypes.ts";
import type { RawCalls } from "../system-calls.ts";

/** The one door by which a bare guest reaches its kernel: the number of a call in `bareCalls`, and what the call takes. */
export type CallByNumber = (call: number, ...args: readonly unknown[]) => unknown;

type RawCall = RawCalls[SystemCallName];

/** The two calls beside the table have the numbers behind it. */
const FETCH_PAYLOAD: number = bareCalls.length;
const FAILURE_REASON: number = bareCalls.length + 1;

/** Each call under its name. A door of its own for every call would take longer to make than all the rest of the guest. */
export function callsByName(call: CallByNumber): RawCalls {
  const calls = dictionary<RawCall>();
  for (let number = 0; number < bareCalls.length; number++) {
    calls[bareCalls[number] as SystemCallName] = byNumber(call, number);
  }
  return calls as RawCalls;
}

export function afterwordByNumber(call: CallByNumber): SystemCallAfterword {
  return {
    fetchPayload: () => call(FETCH_PAYLOAD) as Uint8Array | undefined,
    failureReason: () => call(FAILURE_REASON) as string | undefined,
  };
}

// The kernel counts the arguments that it is given. Spreading would ask Array.prototype for an iterator.
function byNumber(call: CallByNumber, number: number): RawCall {
  return (...args) => {
    switch (args.length) {
      case 2:
        return call(number, args[0], args[1]) as SystemCallResult;
      case 3:
        return call(number, args[0], args[1], args[2]) as SystemCallResult;
      case 4:
        return call(number, args[0], args[1], args[2], args[3]) as SystemCallResult;
      default:
        return call(number, args[0], args[1], args[2], args[3], args[4]) as SystemCallResult;
    }
  };
}
