/** How a guest's clocks go. */
export interface ClockOptions {
  /** Milliseconds since the epoch at which every clock stands still; absent: the clocks go. */
  readonly frozenTimeMs?: number;
}

/**
 * The clocks of one guest. A frozen clock stands still while the guest runs; its monotonic side moves on only by what
 * the guest itself has asked to sleep, without which no timer of the guest would ever be due.
 */
export class GuestClock {
  #origin: number = performance.now();
  #originEpoch: number = Date.now();
  #frozenEpoch: number | undefined;
  #frozenNow = 0;

  /** Sets the clock for a run, which begins now: the guest may have waited for it, and its process been copied since. */
  configure(options: ClockOptions): void {
    this.#frozenEpoch = options.frozenTimeMs;
    this.#frozenNow = 0;
    this.#origin = performance.now();
    this.#originEpoch = Date.now();
  }

  isFrozen(): boolean {
    return this.#frozenEpoch !== undefined;
  }

  /** Milliseconds since the guest's time origin. */
  now(): number {
    return this.#frozenEpoch === undefined ? performance.now() - this.#origin : this.#frozenNow;
  }

  /** Milliseconds since the epoch. */
  epoch(): number {
    return this.#frozenEpoch ?? this.#originEpoch + this.now();
  }

  /** The guest has slept as long as it had asked to. */
  slept(milliseconds: number): void {
    this.#frozenNow += milliseconds;
  }
}
