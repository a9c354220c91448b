/** Somebody who waits for a turn. */
interface Waiting {
  readonly debtMs: () => number;
  readonly begin: () => void;
}

/** What those get whose time is over before their turn has come. */
export class TurnTooLateError extends Error {
  override readonly name = "TurnTooLateError";
}

/**
 * Turns of those who have used more than their share: one at a time, and whoever has used the least beyond it goes first, so that
 * one who computes a little too much does not wait for all who compute without end.
 */
export class SlowTurns {
  readonly #waiting: Waiting[] = [];
  #isTaken = false;

  /**
   * Settles as the work does, which begins when its turn has come.
   *
   * @param debtMs how much whoever asks has used beyond its share
   * @param withinMs how long it waits for its turn at most
   * @throws TurnTooLateError where its turn has not come by then
   */
  async run<Value>(
    debtMs: () => number,
    work: () => Promise<Value>,
    withinMs: number = Number.POSITIVE_INFINITY,
  ): Promise<Value> {
    if (this.#isTaken) await this.#turn(debtMs, withinMs);
    this.#isTaken = true;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  async #turn(debtMs: () => number, withinMs: number): Promise<void> {
    const { promise, resolve: begin, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { debtMs, begin };
    this.#waiting.push(waiting);
    if (!Number.isFinite(withinMs)) return promise;
    const timer = setTimeout(
      () => {
        const index = this.#waiting.indexOf(waiting);
        if (index < 0) return;
        this.#waiting.splice(index, 1);
        reject(new TurnTooLateError("Its turn has not come in time"));
      },
      Math.max(0, withinMs),
    );
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The turn is handed on, never free in between. */
  #next(): void {
    const debts = this.#waiting.map(({ debtMs }) => debtMs());
    const least = debts.indexOf(Math.min(...debts));
    const [next] = this.#waiting.splice(Math.max(0, least), 1);
    if (next === undefined) this.#isTaken = false;
    else next.begin();
  }
}
