import type { Limits, Outcome } from "@vivarium/core";
import type { EntryBudget } from "./guest-isolate.ts";

/** Node's timers and V8's take no more. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** What entries into a guest may take. */
export interface Budget {
  /** Milliseconds until the deadline; `Infinity` when there is none. */
  wallLeftMs(): number;
  cpuLeftMs(): number;
  /** What the next entry may take, for one invocation or for whatever is under way. */
  entryBudget(invocation?: number): EntryBudget;
  /** An entry has used so much CPU time. */
  entered(usedMs: number, invocation?: number): void;
  /** What has been used up, if anything. */
  exceeded(): Outcome | undefined;
  /** The same of the deadline alone, which takes no look at what the guest has used. */
  overdue(): Outcome | undefined;
  /** An entry has used up one of the two. */
  timedOut(spent: "cpu" | "wall"): Outcome;
}

/**
 * The one wall-clock deadline and the one budget of CPU time of a run. Every entry into the guest gets what is left of
 * both: time in which a guest blocks its cell within an entry, or the machine does something else, counts against the
 * first alone.
 */
export class RunBudget implements Budget {
  readonly #limits: Pick<Limits, "cpuTimeLimitMs" | "wallTimeLimitMs">;
  readonly #cpuTimeMs: () => number;
  readonly #cpuAtStart: number;
  readonly #startedAt: number = performance.now();

  constructor(limits: Pick<Limits, "cpuTimeLimitMs" | "wallTimeLimitMs">, cpuTimeMs: () => number) {
    this.#limits = limits;
    this.#cpuTimeMs = cpuTimeMs;
    this.#cpuAtStart = cpuTimeMs();
  }

  wallLeftMs(): number {
    return this.#limits.wallTimeLimitMs - (performance.now() - this.#startedAt);
  }

  cpuLeftMs(): number {
    const { cpuTimeLimitMs } = this.#limits;
    return cpuTimeLimitMs === Number.POSITIVE_INFINITY
      ? cpuTimeLimitMs
      : cpuTimeLimitMs - (this.#cpuTimeMs() - this.#cpuAtStart);
  }

  entryBudget(): EntryBudget {
    return { cpuMs: entryMs(this.cpuLeftMs()), wallMs: entryMs(this.wallLeftMs()) };
  }

  /** All time is one run's, and is asked for when it is looked at. */
  entered(): void {}

  exceeded(): Outcome | undefined {
    return this.overdue() ?? (this.cpuLeftMs() <= 0 ? this.#cpuOutcome() : undefined);
  }

  overdue(): Outcome | undefined {
    return this.wallLeftMs() <= 0 ? this.#wallOutcome() : undefined;
  }

  timedOut(spent: "cpu" | "wall"): Outcome {
    return spent === "wall" ? this.#wallOutcome() : this.#cpuOutcome();
  }

  #wallOutcome(): Outcome {
    return { kind: "wall-time-limit", code: 124, limitMs: this.#limits.wallTimeLimitMs };
  }

  #cpuOutcome(): Outcome {
    return { kind: "cpu-time-limit", code: 124, limitMs: this.#limits.cpuTimeLimitMs };
  }
}

/** Milliseconds, as an entry takes them. */
export function entryMs(left: number): number | undefined {
  return left === Number.POSITIVE_INFINITY ? undefined : Math.min(Math.max(1, Math.ceil(left)), TIMEOUT_MAX_MS);
}
