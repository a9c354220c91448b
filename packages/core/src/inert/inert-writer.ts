import {
  LONGEST_ILL_FORMED,
  TAG_STRING_ASCII,
  TAG_STRING_ILL_FORMED,
  TAG_STRING_LATIN1,
  TAG_STRING_REFERENCE,
  TAG_STRING_UTF16,
} from "./inert-format.ts";
import {
  ArrayBufferConstructor,
  charCodeAt,
  copyBytes,
  DataViewConstructor,
  isWellFormed,
  MapConstructor,
  mapGet,
  mapSet,
  setFloat64,
  smaller,
  Uint8ArrayConstructor,
} from "./intrinsics.ts";

/** Thrown, and caught, by the encoder alone: the bytes would be more than the limit. */
export const tooLarge: { readonly tooLarge: true } = { tooLarge: true };

/** Thrown likewise: a string with lone surrogates is longer than {@link LONGEST_ILL_FORMED}. */
export const illFormed: { readonly illFormed: true } = { illFormed: true };

/** Thrown likewise: the engine has no memory for the bytes. */
export const outOfMemory: { readonly outOfMemory: true } = { outOfMemory: true };

const FIRST_CAPACITY = 1_024;

/** Bytes that grow up to a limit. Nothing is copied before its size has been held against the limit. */
export class InertWriter {
  readonly #limit: number;
  readonly #strings: Map<string, number> = new MapConstructor();
  #stringCount = 0;
  #capacity: number;
  #buffer: ArrayBuffer;
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
    this.#capacity = smaller(limitBytes, FIRST_CAPACITY);
    this.#buffer = allocate(this.#capacity);
    this.#bytes = new Uint8ArrayConstructor(this.#buffer);
    this.#view = new DataViewConstructor(this.#buffer);
  }

  /** Throws {@link tooLarge} unless `count` more bytes keep within the limit. */
  expect(count: number): void {
    if (count > this.#limit - this.#length) throw tooLarge;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A number of elements or bytes: unsigned LEB128 of up to 32 bits. */
  count(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length] = (rest & 0x7f) | 0x80;
      this.#length += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  integer(value: number): void {
    this.count(((value << 1) ^ (value >> 31)) >>> 0);
  }

  number(value: number): void {
    this.#reserve(8);
    setFloat64(this.#view, this.#length, value, true);
    this.#length += 8;
  }

  /** Leaves room for a uint32, to be filled in by {@link fillCount}. */
  reserveCount(): number {
    this.#reserve(4);
    this.#length += 4;
    return this.#length - 4;
  }

  fillCount(at: number, value: number): void {
    this.#bytes[at] = value;
    this.#bytes[at + 1] = value >>> 8;
    this.#bytes[at + 2] = value >>> 16;
    this.#bytes[at + 3] = value >>> 24;
  }

  bytes(source: Uint8Array, count: number): void {
    this.#reserve(count);
    copyBytes(this.#bytes, source, this.#length);
    this.#length += count;
  }

  /** A string with its tag: its characters the first time, a reference afterwards. */
  string(text: string): void {
    const known = mapGet(this.#strings, text);
    if (known !== undefined) {
      this.byte(TAG_STRING_REFERENCE);
      this.count(known);
      return;
    }
    this.expect(text.length);
    mapSet(this.#strings, text, this.#stringCount);
    this.#stringCount += 1;
    this.#characters(text);
  }

  /** Characters of one byte without a tag; the caller knows that there are no others. */
  ascii(text: string): void {
    const { length } = text;
    this.count(length);
    this.#reserve(length);
    for (let index = 0; index < length; index += 1) this.#bytes[this.#length + index] = charCodeAt(text, index);
    this.#length += length;
  }

  finish(): Uint8Array {
    if (this.#length > this.#limit) throw tooLarge;
    return new Uint8ArrayConstructor(this.#buffer, 0, this.#length);
  }

  #characters(text: string): void {
    const { length } = text;
    const start = this.#length;
    this.byte(TAG_STRING_ASCII);
    this.count(length);
    this.#reserve(length);
    const bytes = this.#bytes;
    const offset = this.#length;
    let seen = 0;
    for (let index = 0; index < length; index += 1) {
      const code = charCodeAt(text, index);
      seen |= code;
      if (seen > 0xff) {
        this.#length = start;
        this.#wideCharacters(text);
        return;
      }
      bytes[offset + index] = code;
    }
    if (seen > 0x7f) bytes[start] = TAG_STRING_LATIN1;
    this.#length += length;
  }

  #wideCharacters(text: string): void {
    const { length } = text;
    const isWell = isWellFormed(text);
    if (!isWell && length > LONGEST_ILL_FORMED) throw illFormed;
    this.byte(isWell ? TAG_STRING_UTF16 : TAG_STRING_ILL_FORMED);
    this.count(length);
    this.#reserve(2 * length);
    const bytes = this.#bytes;
    let offset = this.#length;
    for (let index = 0; index < length; index += 1) {
      const code = charCodeAt(text, index);
      bytes[offset] = code;
      bytes[offset + 1] = code >>> 8;
      offset += 2;
    }
    this.#length = offset;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#capacity) return;
    // Room for a count is asked for in full, and most counts are short: the limit holds for what is written.
    if (needed > this.#limit + 5) throw tooLarge;
    let capacity = this.#capacity * 2;
    if (capacity < needed) capacity = needed;
    if (capacity > this.#limit + 5) capacity = this.#limit + 5;
    const buffer = allocate(capacity);
    const bytes = new Uint8ArrayConstructor(buffer);
    copyBytes(bytes, new Uint8ArrayConstructor(this.#buffer, 0, this.#length), 0);
    this.#buffer = buffer;
    this.#bytes = bytes;
    this.#view = new DataViewConstructor(buffer);
    this.#capacity = capacity;
  }
}

function allocate(capacity: number): ArrayBuffer {
  try {
    return new ArrayBufferConstructor(capacity);
  } catch {
    throw outOfMemory;
  }
}
