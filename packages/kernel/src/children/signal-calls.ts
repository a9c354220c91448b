import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import type { GuestSignals } from "./guest-signals.ts";

type SignalCallName = Extract<keyof HostHandlers, `signal.${string}`>;

/** Serves a guest's calls about the signals that others send it: those alone get any that another guest has started. */
export function createSignalCalls(given: GuestSignals | undefined): Pick<HostHandlers, SignalCallName> {
  const signals = (): GuestSignals => {
    if (given === undefined) throw new CallFailure("ENOSYS");
    return given;
  };
  return {
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"signal.listen"(_attempt, signal, isHeard) {
      signals().listen(signal, isHeard);
      return undefined;
    },
    *"signal.next"(attempt) {
      return yield* attempt.settle(signals().next());
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"signal.raise"(_attempt, signal) {
      signals().raise(signal);
      return undefined;
    },
  };
}
