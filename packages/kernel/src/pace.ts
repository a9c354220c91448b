/** So many calls in a row, each soon after the last, before more of them are to be expected. */
const MANY = 16;
/** What is soon, in milliseconds: a caller that does little more than call. */
const SOON_MS = 1;

/**
 * The pace of calls. A thread that sleeps is woken late, by far the longest part of a short call: whoever waits for the
 * next of many may stay awake for {@link AWAKE_MS}.
 */
export class Pace {
  #quick = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** Whether to stay awake for the next. */
  get isQuick(): boolean {
    return this.#quick >= MANY;
  }

  /** One has come. */
  beat(): void {
    const now = performance.now();
    this.#quick = now - this.#lastAt < SOON_MS ? this.#quick + 1 : 0;
    this.#lastAt = now;
  }

  /** None has come in the time for which somebody stayed awake. */
  missed(): void {
    this.#quick = 0;
  }
}

/** How long, in milliseconds: longer than most short calls take while both sides are awake. */
export const AWAKE_MS = 0.1;
