/**
 * Does what must be done as a whole: half a frame would be misunderstood by the other side, and an answer that nobody has
 * taken would be that to the next question.
 */
export class AllOrLeave {
  readonly #leave: () => never;
  /** Whether something is on its way. Left so by a failure, should there be no stack left even to leave with. */
  #isMidway = false;

  /** @param leave ends the cell */
  constructor(leave: () => never) {
    this.#leave = leave;
  }

  /** Does all of it, or leaves. */
  do<Result>(action: () => Result): Result {
    if (this.#isMidway) this.#leave();
    this.#isMidway = true;
    try {
      const result = action();
      this.#isMidway = false;
      return result;
    } catch {
      this.#leave();
    }
  }
}
