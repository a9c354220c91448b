import { setTimeout as sleep } from "node:timers/promises";

/** How often something may happen. */
export interface PaceRate {
  readonly perSecond: number;
  /** At once, after a while with none. */
  readonly burst: number;
}

/** Has whoever asks wait until it may go on, so that so many do a second, in the order in which they have asked. */
export class Pace {
  readonly #rate: PaceRate;
  #left: number;
  #at: number;

  /** @param now milliseconds, from whenever, as for {@link turn} */
  constructor(rate: PaceRate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** Settles when it may go on; undefined: at once. */
  turn(now: number): Promise<void> | undefined {
    const { burst, perSecond } = this.#rate;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond) - 1;
    this.#at = now;
    // Nothing is kept up for it: whoever waits is a guest, which keeps the process itself.
    return this.#left >= 0 ? undefined : sleep((-this.#left / perSecond) * 1000, undefined, { ref: false });
  }
}
