import type { InvocationReport } from "@vivarium/core";
import type { InvocationEnd } from "@vivarium/kernel";

/** What an embedder is told of a call that is over, as its cell tells it. */
export function invocationReport({ kind, message, value }: InvocationEnd, cpuTimeLimitMs: number): InvocationReport {
  switch (kind) {
    case "returned":
      return { kind, value };
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
