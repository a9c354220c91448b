import { WINDOW_BYTES } from "@vivarium/core";
import { bytesOf } from "../bytes.ts";
import type { Binding, Guest } from "../guest.ts";
import { MathMin, TypedArrayPrototypeGetLength } from "../primordial.ts";

type Target = ArrayBufferView | ArrayBufferLike;
type OnDone = (error: unknown) => void;

const ASYNC = 0;

/** What Node's library makes random numbers of: the cell's are the only ones. */
export function randomBytes(guest: Guest): Binding {
  /** Answers what went wrong. A buffer may have shrunk since it was handed over. */
  function fill(target: Target, offset: number, size: number): Error | undefined {
    const bytes = bytesOf(target);
    const end = MathMin(offset + size, TypedArrayPrototypeGetLength(bytes));
    for (let at = offset; at < end; at += WINDOW_BYTES) {
      const result = guest.calls.sync("random.bytes", MathMin(end - at, WINDOW_BYTES)) as number;
      if (result < 0) return guest.errors.coded("Error", "ERR_CRYPTO_OPERATION_FAILED", "Operation failed");
      guest.calls.payloadInto(bytes, at, result);
    }
    return undefined;
  }

  class RandomBytesJob {
    declare ondone: unknown;
    readonly #mode: number;
    readonly #target: Target;
    readonly #offset: number;
    readonly #size: number;

    constructor(mode: number, target: Target, offset: number, size: number) {
      this.#mode = mode;
      this.#target = target;
      this.#offset = offset >>> 0;
      this.#size = size >>> 0;
      guest.wraps.adopt(this, "RANDOMBYTESREQUEST");
    }

    run(): [error: Error | undefined, result: undefined] | undefined {
      if (this.#mode !== ASYNC) return [fill(this.#target, this.#offset, this.#size), undefined];
      guest.loop.post(() => {
        const wrap = guest.wraps.wrapOf(this);
        const error = fill(this.#target, this.#offset, this.#size);
        const { ondone } = this;
        if (wrap === undefined || typeof ondone !== "function") return;
        guest.loop.makeCallback(wrap, ondone as OnDone, this, error, undefined);
        guest.wraps.release(wrap);
      });
      return undefined;
    }
  }
  guest.wraps.dress(RandomBytesJob.prototype);

  return { RandomBytesJob, secureBuffer: (length: number) => new Uint8Array(length) };
}
