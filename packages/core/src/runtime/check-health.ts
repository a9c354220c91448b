import { isVivariumError } from "../errors/vivarium-error.ts";
import type { ExecResult } from "../outcome/run-result.ts";

/** How a probe is made. */
export interface HealthOptions {
  /**
   * How long the answer may take, in milliseconds: the wait for its turn and the start of a cell included. In inline cells a guest that computes
   * has the host's own thread: then the answer comes when it gives that back.
   *
   * @default 5000
   */
  readonly timeoutMs?: number;
}

/**
 * - `healthy`: a program got through in time.
 * - `busy`: none did, as other runs are under way: less work helps, a restart does not.
 * - `starting`: none did yet, as cells are being started, and nothing has gone wrong with them: time helps, a restart does
 *   not.
 * - `broken`: none gets through. No cell can be had, or what it is given does not run.
 */
export type HealthState = "healthy" | "busy" | "starting" | "broken";

/** What a probe has found. */
export interface RuntimeHealth {
  /** Whether `state` is `healthy`: whether the service should be given work. */
  readonly healthy: boolean;
  readonly state: HealthState;
  /** How long the probe took, in milliseconds: the wait for its turn included. */
  readonly elapsedMs: number;
  /** Why it is not healthy. */
  readonly problem?: string;
}

/** What a runtime knows of itself. */
export interface Probed {
  /** Runs a program until the signal says stop; it is refused when it has not begun within so many milliseconds. */
  exec(code: string, signal: AbortSignal, startTimeLimitMs: number): Promise<ExecResult>;
  /** How many other runs are under way, or wait before the probe. */
  others(): number;
  /** How many cells are being started, with nothing that speaks against them. */
  starting(): number;
  /** Why the last run that got to that could not be given a cell; undefined when it was given one. */
  lastFailure(): string | undefined;
}

interface Finding {
  readonly state: HealthState;
  readonly problem?: string;
}

/** Whether a program gets through, from its start to its end. */
export async function checkHealth(probed: Probed, timeoutMs: number): Promise<RuntimeHealth> {
  const askedAt = performance.now();
  const found = await probe(probed, timeoutMs);
  const elapsedMs = performance.now() - askedAt;
  // A timer is no sooner than the event loop: what has held that up has held up everything else, too.
  const isLate = found.state === "healthy" && elapsedMs > timeoutMs + TIMER_GRACE_MS;
  const finding: Finding = isLate ? { state: "busy", problem: `an answer, but not within ${timeoutMs} ms` } : found;
  return { healthy: finding.state === "healthy", elapsedMs, ...finding };
}

/** A timer that is as late tells of a host that has held up its own event loop, in milliseconds. */
const HELD_UP_MS = 200;

/** The part of its time within which a probe has to begin. */
const START_SHARE = 0.9;

/** By as much may a timer be late where nothing is wrong. */
const TIMER_GRACE_MS = 50;

/** A driver that does not heed the signal gives no answer either. */
async function probe(probed: Probed, timeoutMs: number): Promise<Finding> {
  const controller = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<Finding>();
  const askedAt = performance.now();
  const timer = setTimeout(() => {
    const problem = `no answer within ${timeoutMs} ms`;
    const isHeldUp = performance.now() - askedAt > timeoutMs + HELD_UP_MS;
    resolve(
      isHeldUp
        ? { state: "busy", problem: `${problem}: the host's event loop was held up` }
        : behindOthers(probed, problem),
    );
    controller.abort(problem);
  }, timeoutMs);
  try {
    // Who is refused before the time is up hears what it has waited for.
    return await Promise.race([findingOf(probed, controller.signal, START_SHARE * timeoutMs), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function findingOf(probed: Probed, signal: AbortSignal, startTimeLimitMs: number): Promise<Finding> {
  try {
    const { outcome, errorMessage } = await probed.exec("", signal, startTimeLimitMs);
    if (outcome.kind === "returned") return { state: "healthy" };
    return { state: "broken", problem: errorMessage ?? `the probe ended "${outcome.kind}"` };
  } catch (error) {
    const problem = error instanceof Error ? error.message : "the probe could not be run";
    const state = isVivariumError(error, "ERR_RUN_NOT_STARTED") ? passing.get(error.detail.reason) : undefined;
    return state === undefined ? { state: "broken", problem } : { state, problem, ...brokenBy(probed) };
  }
}

/** What is no sign that a program will not get through later, by the reason for which one has not begun. */
const passing: ReadonlyMap<string, HealthState> = new Map([
  ["at-capacity", "busy"],
  ["starting", "starting"],
]);

function behindOthers(probed: Probed, problem: string): Finding {
  const others = probed.others();
  if (others === 0) {
    if (probed.starting() === 0) return { state: "broken", problem };
    return { state: "starting", problem: `${problem}: a cell is being started`, ...brokenBy(probed) };
  }
  const there = others === 1 ? "1 other run is" : `${others} other runs are`;
  return { state: "busy", problem: `${problem}: ${there} under way`, ...brokenBy(probed) };
}

/** Those that wait, or are given cells, may be as many as there is room for: they are no sign that one gets through. */
function brokenBy({ lastFailure }: Probed): Finding | undefined {
  const problem = lastFailure();
  return problem === undefined ? undefined : { state: "broken", problem };
}
