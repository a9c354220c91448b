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
/** Bytes that are collected for whoever takes the encoding in pieces. */
const PIECE_BYTES = 1_048_576;
/** Characters or bytes that are written without a look at the room; a piece holds several times as many. */
const RUN = 65_536;

/** Bytes that grow up to a limit. Nothing is copied before its size has been held against the limit. */
export class InertWriter {
  /** Bytes that may still come, beside those in the buffer. */
  #limit: number;
  readonly #onPiece: ((piece: Uint8Array) => void) | undefined;
  /** A count in the buffer is still to be filled in. */
  #isPinned = false;
  readonly #strings: Map<string, number> = new MapConstructor();
  #stringCount = 0;
  #capacity: number;
  #buffer: ArrayBuffer;
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(limitBytes: number, onPiece?: (piece: Uint8Array) => void) {
    this.#limit = limitBytes;
    this.#onPiece = onPiece;
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

  /** Leaves room for a uint32, to be filled in by {@link fillCount}; the buffer grows until then. */
  reserveCount(): number {
    this.#reserve(4);
    this.#isPinned = true;
    this.#length += 4;
    return this.#length - 4;
  }

  fillCount(at: number, value: number): void {
    this.#isPinned = false;
    this.#bytes[at] = value;
    this.#bytes[at + 1] = value >>> 8;
    this.#bytes[at + 2] = value >>> 16;
    this.#bytes[at + 3] = value >>> 24;
  }

  bytes(source: ArrayBuffer, offset: number, count: number): void {
    this.#expectRun(count);
    for (let done = 0; done < count; done += RUN) {
      const run = smaller(RUN, count - done);
      this.#reserve(run);
      copyBytes(this.#bytes, new Uint8ArrayConstructor(source, offset + done, run), this.#length);
      this.#length += run;
    }
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
    if (length > RUN) {
      this.#longCharacters(text);
      return;
    }
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

  /** Looks at all of the string first: what has been handed over cannot be written anew. */
  #longCharacters(text: string): void {
    const { length } = text;
    let seen = 0;
    for (let index = 0; index < length; index += 1) seen |= charCodeAt(text, index);
    if (seen > 0xff) {
      this.#wideCharacters(text);
      return;
    }
    this.byte(seen > 0x7f ? TAG_STRING_LATIN1 : TAG_STRING_ASCII);
    this.count(length);
    this.#expectRun(length);
    for (let start = 0; start < length; start += RUN) {
      const run = smaller(RUN, length - start);
      this.#reserve(run);
      const bytes = this.#bytes;
      const offset = this.#length;
      for (let index = 0; index < run; index += 1) bytes[offset + index] = charCodeAt(text, start + index);
      this.#length += run;
    }
  }

  #wideCharacters(text: string): void {
    const { length } = text;
    const isWell = isWellFormed(text);
    if (!isWell && length > LONGEST_ILL_FORMED) throw illFormed;
    this.expect(2 * length);
    this.byte(isWell ? TAG_STRING_UTF16 : TAG_STRING_ILL_FORMED);
    this.count(length);
    this.#expectRun(2 * length);
    for (let start = 0; start < length; start += RUN) {
      const end = smaller(start + RUN, length);
      this.#reserve(2 * (end - start));
      const bytes = this.#bytes;
      let offset = this.#length;
      for (let index = start; index < end; index += 1) {
        const code = charCodeAt(text, index);
        bytes[offset] = code;
        bytes[offset + 1] = code >>> 8;
        offset += 2;
      }
      this.#length = offset;
    }
  }

  /** So many bytes come run by run: a buffer that has to hold them all grows once. */
  #expectRun(count: number): void {
    if (this.#onPiece === undefined) this.#reserve(count);
  }

  #handOver(): void {
    if (this.#length > this.#limit) throw tooLarge;
    this.#onPiece?.(new Uint8ArrayConstructor(this.#buffer, 0, this.#length));
    this.#limit -= this.#length;
    this.#length = 0;
  }

  #reserve(count: number): void {
    if (this.#onPiece !== undefined && !this.#isPinned && this.#length + count > PIECE_BYTES) this.#handOver();
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
