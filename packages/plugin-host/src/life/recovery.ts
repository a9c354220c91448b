/** When something that fails is tried again. */
export interface RecoveryOptions {
  /** Milliseconds of rest after the first crash, after the second in a row, and so on; the last holds for all further ones. */
  readonly restsMs: readonly number[];
  readonly breaker: BreakerOptions;
}

/** When something that fails again and again is put out of service, and for how long. */
export interface BreakerOptions {
  /** So many crashes and breaches of limits… */
  readonly failures: number;
  /** …within so many milliseconds open the breaker… */
  readonly withinMs: number;
  /** …for so many: then there is one trial, and after each that fails twice as long a time, up to {@link LONGEST_OPEN_MS}. */
  readonly openMs: number;
}

/** An hour: who has mended something within a plugin does not wait, but starts it. */
const LONGEST_OPEN_MS = 3_600_000;

/** What is to be done now. */
export interface Remedy {
  /** `go-on`: nothing; `rest`: to be tried after `ms`; `break`: out of service for `ms`, then tried once. */
  readonly kind: "go-on" | "rest" | "break";
  readonly ms: number;
}

/** A back-off and a circuit breaker. Times are milliseconds, from whenever. */
export class Recovery {
  readonly #options: RecoveryOptions;
  /** When it has failed, as far as that is within the breaker's time. */
  #failures: number[] = [];
  #crashesInARow = 0;
  #crashedAt = Number.NEGATIVE_INFINITY;
  /** Until when one failure is too many. */
  #onTrialUntil = Number.NEGATIVE_INFINITY;
  #failedTrials = 0;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** It has ended. */
  crashed(now: number): Remedy {
    const { restsMs } = this.#options;
    if (now - this.#crashedAt > (restsMs.at(-1) ?? 0)) this.#crashesInARow = 0;
    const ms = restsMs[Math.min(this.#crashesInARow, restsMs.length - 1)] ?? 0;
    this.#crashesInARow += 1;
    this.#crashedAt = now;
    return this.#failed(now) ?? { kind: "rest", ms };
  }

  /** It has gone beyond a limit, and goes on. */
  breached(now: number): Remedy {
    return this.#failed(now) ?? { kind: "go-on", ms: 0 };
  }

  /** It has done what it is for: a trial is passed. Crashes count on, or one that works and crashes in turns would go on for ever. */
  worked(): void {
    this.#onTrialUntil = Number.NEGATIVE_INFINITY;
    this.#failedTrials = 0;
  }

  /** Forgets what was. */
  reset(): void {
    this.#failures = [];
    this.#crashesInARow = 0;
    this.worked();
  }

  #failed(now: number): Remedy | undefined {
    const { failures, withinMs, openMs } = this.#options.breaker;
    this.#failures = [...this.#failures.filter((at) => now - at < withinMs), now];
    if (now >= this.#onTrialUntil && this.#failures.length < failures) return undefined;
    this.#failures = [];
    if (now < this.#onTrialUntil) this.#failedTrials += 1;
    const ms = Math.max(openMs, Math.min(LONGEST_OPEN_MS, openMs * 2 ** this.#failedTrials));
    this.#onTrialUntil = now + ms + withinMs;
    return { kind: "break", ms };
  }
}
