/** Has what is asked for under one key done one after the other, in the order in which it was asked for. */
export class Turns {
  readonly #last: Map<string, Promise<void>> = new Map();

  /**
   * @param work is begun at once where nobody is before it
   * @returns what the work does; it fails alone
   */
  async take<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(key);
    const own = before === undefined ? work() : before.then(work);
    const done = own.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, done);
    try {
      return await own;
    } finally {
      if (this.#last.get(key) === done) this.#last.delete(key);
    }
  }
}
