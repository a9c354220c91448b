import { CallFailure } from "../system-calls/call-failure.ts";

/** Watches that a guest may have of one path. Whoever changes what is there has the host tell each of them. */
const MOST_OF_ONE_PATH = 32;

/** How many watches a guest has of which path. */
export class WatchedPaths {
  readonly #counts: Map<string, number> = new Map();

  /** One more; what it answers takes it away again. @throws {CallFailure} `EMFILE` */
  enter(path: string): () => void {
    const count = this.#counts.get(path) ?? 0;
    if (count >= MOST_OF_ONE_PATH)
      throw new CallFailure("EMFILE", `at most ${MOST_OF_ONE_PATH} watches may be of one path`);
    this.#counts.set(path, count + 1);
    return () => this.#leave(path);
  }

  #leave(path: string): void {
    const left = (this.#counts.get(path) ?? 0) - 1;
    if (left > 0) this.#counts.set(path, left);
    else this.#counts.delete(path);
  }
}
