/** How long after an event what a plugin sends is taken for its consequence, in milliseconds: it may go on by itself. */
const ECHO_MS = 1000;

/** Of how many events, each sent on account of the one before, what a plugin sends is the consequence. */
export class EventDepth {
  #depth = 0;
  #until = 0;

  /** It is told of an event. */
  enter(depth: number): void {
    this.#depth = depth;
    this.#until = Number.POSITIVE_INFINITY;
  }

  /** It is through with that. */
  leave(now: number): void {
    this.#until = now + ECHO_MS;
  }

  /** Of what it sends now. */
  next(now: number): number {
    return now < this.#until ? this.#depth + 1 : 0;
  }
}
