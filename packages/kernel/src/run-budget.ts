import type { Limits, Outcome } from "@vivarium/core";

/** Node's timers and V8's take no more. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/**
 * The one wall-clock deadline and the one budget of CPU time of a run. Every entry into the guest gets what is left of
 * the smaller one as its timeout: time that a guest blocks its cell within an entry counts against both.
 */
export class RunBudget {
  readonly #limits: Pick<Limits, "cpuTimeLimitMs" | "wallTimeLimitMs">;
  readonly #cpuTimeMs: () => number;
  readonly #cpuAtStart: number;
  readonly #startedAt: number = performance.now();

  constructor(limits: Pick<Limits, "cpuTimeLimitMs" | "wallTimeLimitMs">, cpuTimeMs: () => number) {
    this.#limits = limits;
    this.#cpuTimeMs = cpuTimeMs;
    this.#cpuAtStart = cpuTimeMs();
  }

  /** Milliseconds until the deadline; `Infinity` when there is none. */
  wallLeftMs(): number {
    return this.#limits.wallTimeLimitMs - (performance.now() - this.#startedAt);
  }

  cpuLeftMs(): number {
    const { cpuTimeLimitMs } = this.#limits;
    return cpuTimeLimitMs === Number.POSITIVE_INFINITY
      ? cpuTimeLimitMs
      : cpuTimeLimitMs - (this.#cpuTimeMs() - this.#cpuAtStart);
  }

  /** Timeout of the next entry; `undefined` when nothing limits it. */
  entryTimeoutMs(): number | undefined {
    const left = Math.min(this.wallLeftMs(), this.cpuLeftMs());
    if (left === Number.POSITIVE_INFINITY) return undefined;
    return Math.min(Math.max(1, Math.ceil(left)), TIMEOUT_MAX_MS);
  }

  /** What has been used up, if anything. */
  exceeded(): Outcome | undefined {
    if (this.wallLeftMs() <= 0) return this.#wallOutcome();
    return this.cpuLeftMs() <= 0 ? this.#cpuOutcome() : undefined;
  }

  /** Which of the two ended an entry that V8 has timed out. */
  timedOut(): Outcome {
    return this.wallLeftMs() <= this.cpuLeftMs() ? this.#wallOutcome() : this.#cpuOutcome();
  }

  #wallOutcome(): Outcome {
    return { kind: "wall-time-limit", code: 124, limitMs: this.#limits.wallTimeLimitMs };
  }

  #cpuOutcome(): Outcome {
    return { kind: "cpu-time-limit", code: 124, limitMs: this.#limits.cpuTimeLimitMs };
  }
}
