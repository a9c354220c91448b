import type { QueuedCall } from "./request-queue.ts";

/** Calls that start in order, so many at a time. */
export class CallLine {
  readonly #most: number;
  #waiting: QueuedCall[] = [];
  #head = 0;
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Calls that wait, or are under way. */
  get size(): number {
    return this.#waiting.length - this.#head + this.#running;
  }

  push(call: QueuedCall): void {
    this.#waiting.push(call);
  }

  /** The next one, if it may start; {@link over} says when it is. */
  take(): QueuedCall | undefined {
    if (this.#running >= this.#most) return undefined;
    const call = this.#waiting[this.#head];
    if (call === undefined) return undefined;
    this.#running += 1;
    this.#head += 1;
    if (this.#head >= 1_024 || this.#head >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return call;
  }

  over(): void {
    this.#running -= 1;
  }

  /** Those that wait are forgotten. */
  clear(): void {
    this.#waiting = [];
    this.#head = 0;
  }
}
