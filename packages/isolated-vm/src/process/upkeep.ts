/** How long a run may have its core to itself before another cell is made ready beside it, in milliseconds. */
const LATER_MS = 20;

/**
 * Work that nobody waits for, and which wakes other processes: done at once, it would take the core from a run that has
 * just begun, or from whoever waits for the result of one that has just ended.
 */
export class Upkeep {
  readonly #work: () => void;
  #soon: NodeJS.Immediate | undefined;
  #later: NodeJS.Timeout | undefined;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** Once whoever has waited for what happens now has got it. */
  soon(): void {
    this.#soon ??= setImmediate(() => this.#do());
  }

  /** When there is time, or else in a moment. */
  later(): void {
    this.#later ??= setTimeout(() => this.#do(), LATER_MS).unref();
  }

  cancel(): void {
    clearImmediate(this.#soon);
    clearTimeout(this.#later);
    this.#soon = undefined;
    this.#later = undefined;
  }

  #do(): void {
    this.cancel();
    this.#work();
  }
}
