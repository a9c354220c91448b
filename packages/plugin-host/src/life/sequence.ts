/** Does one thing after the other, in the order in which they were asked for. */
export class Sequence {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the work does, which begins when all before it is over, however that has ended. */
  run<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
