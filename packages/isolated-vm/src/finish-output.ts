import { setTimeout as sleep } from "node:timers/promises";
import type { Execution, ExecutionReport } from "@vivarium/core";
import type { HostCalls } from "@vivarium/kernel";
import { abortOutcome } from "./abort-outcome.ts";

/** How long the listener may take for what a guest wrote before it was ended, in milliseconds. */
export const OUTPUT_GRACE_MS = 1000;

/** Node's timers take no more. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Waits until the embedder's listener has taken everything that the guest wrote. A listener that does not settle holds
 * the run no longer than its wall-clock limit, counted from `startedAt`, and an abort ends the wait at once.
 */
export async function finishOutput(
  report: ExecutionReport,
  { limits, signal, mode }: Pick<Execution, "limits" | "signal" | "mode">,
  hostCalls: HostCalls,
  startedAt: number,
): Promise<ExecutionReport> {
  const finished = hostCalls.finishOutput();
  // Nearly always, and deadlines have their price.
  if (hostCalls.outputTaken() === undefined) return report;
  // The limits of time of a program that stays are those of its evaluation.
  const wasEnded = mode === "load" || !["returned", "exited", "threw", "unexportable"].includes(report.outcome.kind);
  const left = wasEnded ? OUTPUT_GRACE_MS : limits.wallTimeLimitMs - (performance.now() - startedAt);
  const end = new AbortController();
  const cause = signal === undefined ? end.signal : AbortSignal.any([end.signal, signal]);
  try {
    return await Promise.race([
      finished.then(() => report),
      waitAtMost(left, cause).then(() => {
        if (wasEnded) return report;
        if (signal?.aborted === true) return { outcome: abortOutcome(signal.reason) };
        return { outcome: { kind: "wall-time-limit" as const, code: 124 as const, limitMs: limits.wallTimeLimitMs } };
      }),
    ]);
  } finally {
    end.abort();
  }
}

/** Settles after `milliseconds` (`Infinity`: never by itself), or when `signal` fires. */
async function waitAtMost(milliseconds: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!signal.aborted && performance.now() < deadline) {
    const left = Math.min(MAX_DELAY_MS, Math.max(1, Math.ceil(deadline - performance.now())));
    await sleep(left, undefined, { signal }).catch(() => undefined);
  }
}
