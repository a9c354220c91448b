import type { LoadedGuest, LoadListener } from "@vivarium/core";

/** A run whose program may stay. */
export interface TurnOptions {
  /** Undefined for a program that does not. */
  readonly onLoaded: LoadListener["onLoaded"] | undefined;
  /** Another run may have its turn: it is called once. */
  readonly onTurnOver: () => void;
}

/** The turn of a run: a program that stays gives it back as soon as it has been evaluated, any other when it is over. */
export class Turn {
  readonly #options: TurnOptions;
  #isOver = false;

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /**
   * What a cell is to tell of a program that stays.
   *
   * @param onStays its cell has it for good
   * @param serving the same guest, with what it serves
   */
  onLoaded(
    onStays: () => void,
    serving: (guest: LoadedGuest) => LoadedGuest,
  ): ((guest: LoadedGuest) => void) | undefined {
    const { onLoaded } = this.#options;
    if (onLoaded === undefined) return undefined;
    return (guest) => {
      onStays();
      this.end();
      onLoaded(serving(guest));
    };
  }

  /** Idempotent. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onTurnOver();
  }
}
