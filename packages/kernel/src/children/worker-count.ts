import { CallFailure } from "../system-calls/call-failure.ts";

/** How many threads there are of one guest: it and all of its threads share the count and their numbers. */
export class WorkerCount {
  readonly #most: number;
  #running = 0;
  #last = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** The number of one more: no two have had the same. */
  nextId(): number {
    this.#last += 1;
    return this.#last;
  }

  /** @throws {CallFailure} `EAGAIN` */
  assertRoom(): void {
    if (this.#running >= this.#most)
      throw new CallFailure("EAGAIN", `it may have ${this.#most} threads (threadsLimit)`);
  }

  /** Counts one while it runs. @throws {CallFailure} `EAGAIN` */
  async during<Result>(run: () => Promise<Result>): Promise<Result> {
    this.assertRoom();
    this.#running += 1;
    try {
      return await run();
    } finally {
      this.#running -= 1;
    }
  }
}
