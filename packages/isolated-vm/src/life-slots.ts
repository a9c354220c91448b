import type { RunStart } from "./run-start.ts";

/** How many guests may stay, for all drivers that have these slots. */
export class LifeSlots {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get taken(): number {
    return this.#taken;
  }

  /**
   * Has a guest stay for as long as its life takes.
   * @throws VivariumError (by rejection) `ERR_RUN_NOT_STARTED` (at capacity)
   */
  async during<Result>(start: RunStart, live: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#most)
      throw start.refusal("at-capacity", `${this.#taken} guests stay already (maxGuests: ${this.#most})`);
    this.#taken += 1;
    try {
      return await live();
    } finally {
      this.#taken -= 1;
    }
  }
}
