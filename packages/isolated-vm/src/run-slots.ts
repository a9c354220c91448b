/** How many runs there may be at a time, for all queues that have these slots: whoever has waited longest is next. */
export class RunSlots {
  readonly most: number;
  readonly #waiting: Set<() => void> = new Set();
  #taken = 0;

  /** @param most at least 1 */
  constructor(most: number) {
    this.most = most;
  }

  /** Takes a slot if one is free; give it back with {@link give}. */
  take(): boolean {
    if (this.#taken >= this.most) return false;
    this.#taken += 1;
    return true;
  }

  /** Has `onSlot` called when a slot is its own. Answers what takes it out of the line. */
  wait(onSlot: () => void): () => void {
    this.#waiting.add(onSlot);
    return () => void this.#waiting.delete(onSlot);
  }

  give(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#taken -= 1;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
