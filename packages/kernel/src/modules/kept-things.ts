/** Things of the host that a guest knows by their numbers; so many at a time. */
export class KeptThings<Thing> {
  readonly #most: number;
  readonly #things: Map<number, Thing> = new Map();
  #last = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#things.size;
  }

  /** Keeps one; answers its number, or `undefined` when there are too many. */
  keep(thing: Thing): number | undefined {
    if (this.#things.size >= this.#most) return undefined;
    do this.#last = this.#last >= 0x7fff_ffff ? 1 : this.#last + 1;
    while (this.#things.has(this.#last));
    this.#things.set(this.#last, thing);
    return this.#last;
  }

  get(number: number): Thing | undefined {
    return this.#things.get(number);
  }

  /** Forgets one, and answers it. */
  take(number: number): Thing | undefined {
    const thing = this.#things.get(number);
    this.#things.delete(number);
    return thing;
  }

  /** Forgets and answers all. */
  takeAll(): Thing[] {
    const things = [...this.#things.values()];
    this.#things.clear();
    return things;
  }
}
