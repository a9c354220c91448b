/** How long those who share them may keep the thread in one turn of its event loop, in milliseconds. */
const TURN_MS = 10;

/** The time that several, who do not know of each other, may take of each turn of their thread's event loop together. */
export class SharedTurns {
  #usedMs = 0;
  #ending: Promise<void> | undefined;

  /** What is left of this turn, in milliseconds; 0 when it is used up. */
  leftMs(): number {
    return Math.max(0, TURN_MS - this.#usedMs);
  }

  /** Somebody has taken so much of this turn. */
  use(spentMs: number): void {
    this.#usedMs += spentMs;
    void this.next();
  }

  /** Settles in the next turn; whoever has waited longest comes first. */
  next(): Promise<void> {
    this.#ending ??= new Promise((resolve) => {
      setTimeout(() => {
        this.#ending = undefined;
        this.#usedMs = 0;
        resolve();
      });
    });
    return this.#ending;
  }
}
