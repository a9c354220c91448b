/** So often within so many milliseconds is no chance any more: a collection of garbage takes long, too, now and then. */
const REPEATED = { times: 2, withinMs: 30_000 };

/** What is known of somebody who has computed for long at one go. */
export class LongRecord {
  /** What it has computed in turns with others who do, in milliseconds. */
  hadMs = 0;
  /** When it last did, at the most so often as counts. */
  readonly #times: number[] = [];

  /** It computes for long. */
  add(now: number): void {
    this.#times.push(now);
    if (this.#times.length > REPEATED.times) this.#times.shift();
  }

  /** Whether it has done so again and again of late. */
  isRepeated(now: number): boolean {
    const [first] = this.#times;
    return first !== undefined && this.#times.length === REPEATED.times && now - first < REPEATED.withinMs;
  }
}
