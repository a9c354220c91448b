import type { ExecResult } from "./run-result.ts";

/** How a probe is made. */
export interface HealthOptions {
  /** How long the answer may take, in milliseconds: the wait for its turn included. @default 5000 */
  readonly timeoutMs?: number;
}

/** What a probe has found. */
export interface RuntimeHealth {
  readonly healthy: boolean;
  /** How long the probe took, in milliseconds: the wait for its turn included. */
  readonly elapsedMs: number;
  /** Why it is not healthy. */
  readonly problem?: string;
}

type Probe = (code: string, signal: AbortSignal) => Promise<ExecResult>;

/**
 * Whether a program gets through, from its start to its end.
 *
 * @param exec runs a program until the signal says stop
 */
export async function checkHealth(exec: Probe, timeoutMs: number): Promise<RuntimeHealth> {
  const askedAt = performance.now();
  const problem = await probe(exec, timeoutMs);
  const elapsedMs = performance.now() - askedAt;
  return problem === undefined ? { healthy: true, elapsedMs } : { healthy: false, elapsedMs, problem };
}

/** A driver that does not heed the signal gives no answer either. */
async function probe(exec: Probe, timeoutMs: number): Promise<string | undefined> {
  const controller = new AbortController();
  const reason = `no answer within ${timeoutMs} ms`;
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => {
    resolve(reason);
    controller.abort(reason);
  }, timeoutMs);
  try {
    return await Promise.race([problemOf(exec, controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function problemOf(exec: Probe, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { outcome, errorMessage } = await exec("", signal);
    return outcome.kind === "returned" ? undefined : (errorMessage ?? `the probe ended "${outcome.kind}"`);
  } catch (error) {
    return error instanceof Error ? error.message : "the probe could not be run";
  }
}
