/** Somebody who waits for a turn. */
interface Waiting {
  readonly debtMs: () => number;
  readonly begin: () => void;
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
   */
  async run<Value>(debtMs: () => number, work: () => Promise<Value>): Promise<Value> {
    if (this.#isTaken) await new Promise<void>((begin) => void this.#waiting.push({ debtMs, begin }));
    this.#isTaken = true;
    try {
      return await work();
    } finally {
      this.#next();
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
