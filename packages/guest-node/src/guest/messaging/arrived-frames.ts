import { ArrayPrototypePush, TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { ArrayPrototypeShift, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet } from "../primordial.ts";

const LENGTH_BYTES = 4;
const BYTE = 256;

/** Bytes behind their length, least byte first. */
export function framed(bytes: Uint8Array): Uint8Array {
  const length = TypedArrayPrototypeGetLength(bytes);
  const whole = new Uint8Array(LENGTH_BYTES + length);
  for (let index = 0, rest = length; index < LENGTH_BYTES; index++) {
    whole[index] = rest % BYTE;
    rest = (rest - (rest % BYTE)) / BYTE;
  }
  TypedArrayPrototypeSet(whole, bytes, LENGTH_BYTES);
  return whole;
}

/** What has come over a link and was not taken yet: a stream of bytes in, frames out. */
export class ArrivedFrames {
  readonly #chunks: Uint8Array[] = [];
  #held = 0;
  #arrived = 0;

  /** How many bytes have come so far. */
  get arrivedBytes(): number {
    return this.#arrived;
  }

  add(chunk: Uint8Array): void {
    const length = TypedArrayPrototypeGetLength(chunk);
    ArrayPrototypePush(this.#chunks, chunk);
    this.#arrived += length;
    this.#held += length;
  }

  /** The bytes of the next frame, once all of them are here. */
  next(): Uint8Array | undefined {
    if (this.#held < LENGTH_BYTES) return undefined;
    let first = this.#chunks[0] as Uint8Array;
    if (TypedArrayPrototypeGetLength(first) < LENGTH_BYTES) first = this.#inOnePiece();
    const length =
      (first[0] as number) +
      BYTE * ((first[1] as number) + BYTE * ((first[2] as number) + BYTE * (first[3] as number)));
    if (this.#held < LENGTH_BYTES + length) return undefined;
    const all = TypedArrayPrototypeGetLength(first) >= LENGTH_BYTES + length ? first : this.#inOnePiece();
    const size = TypedArrayPrototypeGetLength(all);
    this.#held -= LENGTH_BYTES + length;
    if (size > LENGTH_BYTES + length) this.#chunks[0] = TypedArrayPrototypeSubarray(all, LENGTH_BYTES + length);
    else ArrayPrototypeShift(this.#chunks);
    return TypedArrayPrototypeSubarray(all, LENGTH_BYTES, LENGTH_BYTES + length);
  }

  /** All that is held, in one piece. */
  #inOnePiece(): Uint8Array {
    const all = new Uint8Array(this.#held);
    let at = 0;
    for (
      let chunk = ArrayPrototypeShift(this.#chunks);
      chunk !== undefined;
      chunk = ArrayPrototypeShift(this.#chunks)
    ) {
      TypedArrayPrototypeSet(all, chunk, at);
      at += TypedArrayPrototypeGetLength(chunk);
    }
    ArrayPrototypePush(this.#chunks, all);
    return all;
  }
}
