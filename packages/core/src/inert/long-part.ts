import { TAG_STRING_UTF16 } from "./inert-format.ts";
import { copyBytes, smaller, typedArrayBytes, viewOf } from "./intrinsics.ts";
import type { TextDecoding } from "./text-decoder.ts";

/** Bytes of a long part that are read at a time: a decoder takes several times their room meanwhile. */
const PIECE_BYTES = 1_048_576;

/** A string or the bytes of a buffer, too long to be read at once. */
export interface LongPart<Value> {
  readonly value: Value;
  /** Reads the next piece; `true` when that was the last. Throws a `TypeError` for a string that is none. */
  advance(): boolean;
}

export const isLong = (bytes: number): boolean => bytes > PIECE_BYTES;

export class LongText implements LongPart<string> {
  value = "";
  readonly #tag: number;
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #decoder: TextDecoding;
  #at = 0;

  constructor(tag: number, bytes: Uint8Array, decoder: TextDecoding) {
    this.#tag = tag;
    this.#bytes = bytes;
    this.#length = typedArrayBytes(bytes);
    this.#decoder = decoder;
  }

  advance(): boolean {
    const end = this.#endOfPiece(this.#at + PIECE_BYTES);
    this.value += this.#decoder.decode(this.#tag, viewOf(this.#bytes, this.#at, end));
    this.#at = end;
    return end === this.#length;
  }

  /** No piece ends within a pair of surrogates. */
  #endOfPiece(end: number): number {
    if (end >= this.#length) return this.#length;
    const high = this.#tag === TAG_STRING_UTF16 ? (this.#bytes[end - 1] ?? 0) : 0;
    return high >= 0xd8 && high <= 0xdb ? end + 2 : end;
  }
}

export class LongBytes implements LongPart<ArrayBuffer> {
  readonly value: ArrayBuffer;
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #copy: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#length = typedArrayBytes(bytes);
    this.value = new ArrayBuffer(this.#length);
    this.#copy = new Uint8Array(this.value);
  }

  advance(): boolean {
    const end = smaller(this.#at + PIECE_BYTES, this.#length);
    copyBytes(this.#copy, viewOf(this.#bytes, this.#at, end), this.#at);
    this.#at = end;
    return end === this.#length;
  }
}
