import { CallFailure } from "../system-calls/call-failure.ts";

/** Connections that a guest and its relatives have with each other at a time: the host holds what of them has not been read. */
const MOST_STREAMS = 256;

/** Counts what a guest, its threads and its children have between them. */
export class StreamRoom {
  readonly #most: number;
  #open = 0;

  constructor(most: number = MOST_STREAMS) {
    this.#most = most;
  }

  /** One more; answers what says that it is over. @throws {CallFailure} `EMFILE` */
  take(): () => void {
    if (this.#open >= this.#most)
      throw new CallFailure("EMFILE", `at most ${this.#most} connections between guests may be open at once`);
    this.#open += 1;
    let isOver = false;
    return () => {
      if (!isOver) this.#open -= 1;
      isOver = true;
    };
  }
}
