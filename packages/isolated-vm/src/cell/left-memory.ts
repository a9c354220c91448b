/** Growth of the process from which on it pays to look for what guests have left free, in bytes. */
const LARGE_BYTES = 32 * 2 ** 20;

/** Has the process give back what the guests of a thread have left free, when it has grown: to do so takes a few milliseconds. */
export class LeftMemory {
  readonly #giveBack: () => void;
  readonly #size: () => number;
  #least: number;

  constructor(giveBack: () => void, size: () => number = () => process.memoryUsage.rss()) {
    this.#giveBack = giveBack;
    this.#size = size;
    this.#least = size();
  }

  /** A guest has been freed. */
  freed(): void {
    const size = this.#size();
    if (size <= this.#least + LARGE_BYTES) {
      this.#least = Math.min(this.#least, size);
      return;
    }
    // What stays for another reason is looked for once.
    this.#least = size;
    this.#giveBack();
  }
}
