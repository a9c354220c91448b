import { WINDOW_BYTES } from "@vivarium/core";
import type { CallAnswer } from "./call-answer.ts";
import { CallFailure } from "./call-failure.ts";

/** The memory that a guest and its kernel share, and what of the last answer lies beside it. */
export class GuestWindow {
  readonly #bytes: Uint8Array;
  /** What does not fit in. */
  #payload: Uint8Array | undefined;
  #reason: string | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Why the last call failed. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The payload that did not fit in, once. */
  takePayload(): Uint8Array | undefined {
    const payload = this.#payload;
    this.#payload = undefined;
    return payload;
  }

  /** Nothing is left of the answer before. */
  clear(): void {
    this.#reason = undefined;
    this.#payload = undefined;
  }

  /** Puts an answer where the guest looks for it. */
  place({ payload, reason }: CallAnswer): void {
    this.#reason = reason;
    this.#payload = undefined;
    if (payload === undefined) return;
    if (payload.byteLength <= WINDOW_BYTES) this.#bytes.set(payload, 0);
    else this.#payload = payload;
  }

  /** Puts the payload of an answer behind those of others. It has to fit in. */
  placeBehind({ payload }: CallAnswer, offset: number): void {
    if (payload !== undefined) this.#bytes.set(payload, offset);
  }

  /**
   * What a guest hands over, in the window or beside it, is copied before anything looks at it: the guest may change it at any
   * time.
   *
   * @throws {CallFailure} `EINVAL` for what is no input
   */
  copyInput(input: number | Uint8Array): Uint8Array {
    if (typeof input === "number") {
      if (!Number.isSafeInteger(input) || input < 0 || input > WINDOW_BYTES) throw new CallFailure("EINVAL");
      return this.#bytes.slice(0, input);
    }
    if (!(input instanceof Uint8Array)) throw new CallFailure("EINVAL");
    return new Uint8Array(input);
  }
}
