import type { TextWriting, WriteText } from "./encode-options.ts";
import { STRING_BYTES } from "./host-bytes.table.ts";
import {
  LONGEST_ILL_FORMED,
  TAG_STRING_ASCII,
  TAG_STRING_ILL_FORMED,
  TAG_STRING_LATIN1,
  TAG_STRING_REFERENCE,
  TAG_STRING_UTF16,
} from "./inert-format.ts";
import {
  charCodeAt,
  copyBytes,
  execute,
  isWellFormed,
  MapConstructor,
  mapGet,
  mapSet,
  setFloat64,
  sliceString,
  smaller,
  Uint8ArrayConstructor,
} from "./intrinsics.ts";
import { LimitedBytes } from "./limited-bytes.ts";
import { writeEach } from "./write-each.ts";

/** Thrown, and caught, by the encoder alone: a string with lone surrogates is longer than {@link LONGEST_ILL_FORMED}. */
export const illFormed: { readonly illFormed: true } = { illFormed: true };

/** Characters or bytes that are written without a look at the room; a piece holds several times as many. */
const RUN = 65_536;
const TAG_AND_COUNT_BYTES = 6;

/** Writes the parts of an encoding. Nothing is copied before its size has been held against the limit. */
export class InertWriter {
  readonly #out: LimitedBytes;
  readonly #strings: Map<string, number> = new MapConstructor();
  readonly #writeText: TextWriting;
  #stringCount = 0;

  constructor(
    limitBytes: number,
    lends: boolean,
    onPiece: ((piece: Uint8Array) => void) | undefined,
    writeText: TextWriting = writeEach,
  ) {
    this.#out = new LimitedBytes(limitBytes, lends, onPiece);
    this.#writeText = writeText;
  }

  /** Bytes of the limit that are used up. */
  get taken(): number {
    return this.#out.taken;
  }

  /** Throws `tooLarge` unless `count` more bytes keep within the limit. */
  expect(count: number): void {
    this.#out.expect(count);
  }

  /** Counts bytes that the decoding side will need beside the encoding. Throws `tooLarge`. */
  charge(count: number): void {
    this.#out.charge(count);
  }

  byte(value: number): void {
    const out = this.#out;
    out.reserve(1);
    out.bytes[out.length] = value;
    out.length += 1;
  }

  /** A number of elements or bytes: unsigned LEB128 of up to 32 bits. */
  count(value: number): void {
    const out = this.#out;
    out.reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      out.bytes[out.length] = (rest & 0x7f) | 0x80;
      out.length += 1;
      rest >>>= 7;
    }
    out.bytes[out.length] = rest;
    out.length += 1;
  }

  integer(value: number): void {
    this.count(((value << 1) ^ (value >> 31)) >>> 0);
  }

  number(value: number): void {
    const out = this.#out;
    out.reserve(8);
    setFloat64(out.view, out.length, value, true);
    out.length += 8;
  }

  /** Leaves room for a uint32, to be filled in by {@link fillCount}; the buffer grows until then. */
  reserveCount(): number {
    const out = this.#out;
    out.reserve(4);
    out.isPinned = true;
    out.length += 4;
    return out.length - 4;
  }

  fillCount(at: number, value: number): void {
    const out = this.#out;
    out.isPinned = false;
    out.bytes[at] = value;
    out.bytes[at + 1] = value >>> 8;
    out.bytes[at + 2] = value >>> 16;
    out.bytes[at + 3] = value >>> 24;
  }

  bytes(source: ArrayBuffer, offset: number, count: number): void {
    const out = this.#out;
    out.expectRun(count);
    for (let done = 0; done < count; done += RUN) {
      const run = smaller(RUN, count - done);
      out.reserve(run);
      copyBytes(out.bytes, new Uint8ArrayConstructor(source, offset + done, run), out.length);
      out.length += run;
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
    this.charge(STRING_BYTES);
    mapSet(this.#strings, text, this.#stringCount);
    this.#stringCount += 1;
    this.#characters(text);
  }

  /** Characters of one byte without a tag; the caller knows that there are no others. */
  ascii(text: string): void {
    const out = this.#out;
    const { length } = text;
    this.count(length);
    out.reserve(length);
    writeEach.latin1(text, out.bytes, out.length);
    out.length += length;
  }

  finish(): Uint8Array {
    return this.#out.finish();
  }

  #characters(text: string): void {
    const out = this.#out;
    const { length } = text;
    if (length > RUN) {
      this.#longCharacters(text);
      return;
    }
    // All at once, before the tag: what has been handed over cannot be written anew.
    out.reserve(TAG_AND_COUNT_BYTES + length);
    const start = out.length;
    this.byte(TAG_STRING_ASCII);
    this.count(length);
    const { bytes } = out;
    const offset = out.length;
    let seen = 0;
    for (let index = 0; index < length; index += 1) {
      const code = charCodeAt(text, index);
      seen |= code;
      if (seen > 0xff) {
        out.length = start;
        this.#wideCharacters(text);
        return;
      }
      bytes[offset + index] = code;
    }
    if (seen > 0x7f) bytes[start] = TAG_STRING_LATIN1;
    out.length += length;
  }

  /** Looks at all of the string first: most of it will have been handed over when its end is seen. */
  #longCharacters(text: string): void {
    // Several times as fast as a loop.
    if (execute(/[^\0-\xff]/, text) !== null) this.#wideCharacters(text);
    else {
      const tag = execute(/[^\0-\x7f]/, text) === null ? TAG_STRING_ASCII : TAG_STRING_LATIN1;
      this.#runs(tag, text, 1, this.#writeText.latin1);
    }
  }

  #wideCharacters(text: string): void {
    const { length } = text;
    const isWell = isWellFormed(text);
    if (!isWell && length > LONGEST_ILL_FORMED) throw illFormed;
    this.expect(2 * length);
    // Most are short, and soon written here.
    const { utf16 } = length > RUN ? this.#writeText : writeEach;
    this.#runs(isWell ? TAG_STRING_UTF16 : TAG_STRING_ILL_FORMED, text, 2, utf16);
  }

  #runs(tag: number, text: string, bytesEach: number, write: WriteText): void {
    const out = this.#out;
    const { length } = text;
    this.byte(tag);
    this.count(length);
    out.expectRun(bytesEach * length);
    for (let start = 0; start < length; start += RUN) {
      const run = sliceString(text, start, start + RUN);
      const count = bytesEach * run.length;
      out.reserve(count);
      write(run, out.bytes, out.length);
      out.length += count;
    }
  }
}
