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
   * Takes one for a program that is to stay; give it back with {@link give}.
   * @throws VivariumError `ERR_RUN_NOT_STARTED` (at capacity)
   */
  take(start: RunStart): void {
    if (this.#taken >= this.#most)
      throw start.refusal("at-capacity", `${this.#taken} guests stay already (maxGuests: ${this.#most})`);
    this.#taken += 1;
  }

  give(): void {
    this.#taken -= 1;
  }
}
