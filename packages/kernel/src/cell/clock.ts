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
  readonly #origin: number = performance.now();
  #frozenEpoch: number | undefined;
  #frozenNow = 0;

  /** Sets the clock for a run. */
  configure(options: ClockOptions): void {
    this.#frozenEpoch = options.frozenTimeMs;
  }

  /** Milliseconds since the guest's time origin. */
  now(): number {
    return this.#frozenEpoch === undefined ? performance.now() - this.#origin : this.#frozenNow;
  }

  /** Milliseconds since the epoch. */
  epoch(): number {
    return this.#frozenEpoch ?? performance.timeOrigin + performance.now();
  }

  /** The guest has slept as long as it had asked to. */
  slept(milliseconds: number): void {
    this.#frozenNow += milliseconds;
  }
}
