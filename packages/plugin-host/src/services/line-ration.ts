/** Lines that may come at once. */
const AT_ONCE = 1000;
/** Lines a second that may come for as long as they like. */
const A_SECOND = 100;

/** How much one plugin may write to a log, and what was left out of it. */
export class LineRation {
  readonly #now: () => number;
  #left = AT_ONCE;
  #at: number;
  #leftOut = 0;

  /** @param now milliseconds, from whenever */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = now();
  }

  /**
   * Writes a line, if there is room for it.
   *
   * @param tell writes that lines are left out, and once there is room for many again, how many were
   */
  spend(write: () => void, tell: (message: string) => void): void {
    const time = this.#now();
    this.#left = Math.min(AT_ONCE, this.#left + ((time - this.#at) / 1000) * A_SECOND);
    this.#at = time;
    if (this.#left < 1) {
      if (this.#leftOut === 0) tell("logs too much: lines are left out");
      this.#leftOut += 1;
      return;
    }
    this.#left -= 1;
    if (this.#leftOut > 0 && this.#left >= A_SECOND) {
      tell(`has logged too much: ${this.#leftOut} lines were left out`);
      this.#leftOut = 0;
    }
    write();
  }
}
