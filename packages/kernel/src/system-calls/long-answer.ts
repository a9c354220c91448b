import type { ContentPiece } from "./call-answer.ts";
import { CallFailure } from "./call-failure.ts";

/** Numbers from here on stand for the rest of a long answer: no open file has them. */
export const FIRST_REST: number = 2 ** 29;
/** Of these, from here on for directories that are being listed. */
export const FIRST_LISTING: number = 2 ** 30;

/**
 * The rest of a long answer, which the guest is given piece by piece: each is let go of when it has been told. There is one
 * at a time, since a guest waits for it in its call; with the next answer it is gone.
 */
export class LongAnswer {
  #number = FIRST_REST;
  #pieces: Uint8Array[] = [];

  /** The first of the pieces, or all that there is of them. */
  tell([first, ...others]: readonly [Uint8Array, ...Uint8Array[]]): Uint8Array | ContentPiece {
    this.#pieces = others;
    if (others.length === 0) return first;
    this.#number = this.#number + 1 < FIRST_LISTING ? this.#number + 1 : FIRST_REST;
    return { content: first, more: this.#number };
  }

  has(number: number): boolean {
    return number >= FIRST_REST && number < FIRST_LISTING;
  }

  /** The next piece. Throws `EBADF` when there is none. */
  more(number: number): Uint8Array | ContentPiece {
    const content = number === this.#number ? this.#pieces.shift() : undefined;
    if (content === undefined) throw new CallFailure("EBADF");
    return this.#pieces.length === 0 ? content : { content, more: number };
  }
}
