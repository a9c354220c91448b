import type { Limits, Outcome } from "@vivarium/core";

/** What a meter counts by. */
export interface CallMeterOptions {
  readonly limits: Pick<Limits, "systemCallLimit" | "systemCallRateLimit">;
  /** Most calls that may come at once, where there is a limit per second. @default as many as a second has */
  readonly burst?: number;
  /** Real time in milliseconds, that never goes back. @default performance.now */
  readonly now?: () => number;
}

/**
 * Counts the system calls of one run. Calls are let through in batches of as many as may come at once: a call costs a
 * subtraction, and the clock is read when a batch has been used up.
 */
export class CallMeter {
  readonly #options: CallMeterOptions;
  readonly #burst: number;
  readonly #now: () => number;
  /** Calls that may come before anything has to be looked at. */
  #batch = 0;
  /** What there is beside the batch, of all of the run, and of this second. */
  #total: number;
  #tokens: number;
  #refilledAt: number;

  constructor(options: CallMeterOptions) {
    this.#options = options;
    const { limits, burst = limits.systemCallRateLimit, now = () => performance.now() } = options;
    this.#burst = burst;
    this.#now = now;
    this.#total = limits.systemCallLimit;
    this.#tokens = burst;
    this.#refilledAt = now();
  }

  /** Counts a call; answers the outcome of the run when it is one too many. */
  count(): Outcome | undefined {
    this.#batch -= 1;
    return this.#batch >= 0 ? undefined : this.#nextBatch();
  }

  #nextBatch(): Outcome | undefined {
    const { systemCallLimit, systemCallRateLimit } = this.#options.limits;
    if (this.#total === 0) return { kind: "system-call-limit", code: 1, limitCalls: systemCallLimit };
    this.#refill(systemCallRateLimit);
    if (this.#tokens < 1) {
      return { kind: "system-call-rate-limit", code: 1, limitCallsPerSecond: systemCallRateLimit };
    }
    const size = Math.min(this.#total, Math.floor(this.#tokens), MAX_BATCH);
    this.#total -= size;
    this.#tokens -= size;
    this.#batch = size - 1;
    return undefined;
  }

  #refill(perSecond: number): void {
    if (perSecond === Number.POSITIVE_INFINITY) return;
    const now = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#refilledAt) * perSecond) / 1000);
    this.#refilledAt = now;
  }
}

/** V8 counts in small integers up to here. */
const MAX_BATCH = 2 ** 30;
