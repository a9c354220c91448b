import { VivariumError } from "../errors/vivarium-error.ts";
import {
  LONGEST_BIGINT,
  LONGEST_ILL_FORMED,
  LONGEST_RUN,
  TAG_NUMBERS,
  TAG_STRING_ASCII,
  TAG_STRING_ILL_FORMED,
  TAG_STRING_LATIN1,
  TAG_STRING_REFERENCE,
  TAG_STRING_UTF16,
} from "./inert-format.ts";
import {
  copyBytes,
  execute,
  getFloat64,
  getUint32,
  MapConstructor,
  mapGet,
  mapSet,
  typedArrayBuffer,
  typedArrayBytes,
  typedArrayOffset,
  viewOf,
} from "./intrinsics.ts";
import { isLong, LongBytes, type LongPart, LongText } from "./long-part.ts";
import { append, createList, type List } from "./own-list.ts";
import type { TextDecoding } from "./text-decoder.ts";

/**
 * Thrown, and caught, by the decoder alone: a part is too long to be read at once. {@link InertReader.readOn} reads it
 * piece by piece; what comes to it again after {@link InertReader.goBack} finds it read.
 */
export const longPart: { readonly longPart: true } = { longPart: true };

const DIGITS: RegExp = /^[0-9a-f]+$/;

/** Reads the parts of an encoding, each held against the bytes that there are. */
export class InertReader {
  readonly #bytes: Uint8Array;
  readonly #onString: () => void;
  readonly #view: DataView;
  readonly #length: number;
  readonly #strings: List<string> = createList();
  readonly #text: TextDecoding;
  #at = 0;
  /** Where {@link goBack} goes. */
  readonly #mark: { at: number; strings: number } = { at: 0, strings: 0 };
  /** The part that is being read piece by piece. */
  #long: LongPart<unknown> | undefined;
  /** Those that have been read since the mark, by where they begin. */
  #read: Map<number, LongPart<unknown>> | undefined;

  /** @param onString called for each string that has not been there before */
  constructor(bytes: Uint8Array, onString: () => void, text: TextDecoding) {
    this.#text = text;
    this.#onString = onString;
    this.#bytes = bytes;
    this.#length = typedArrayBytes(bytes);
    this.#view = new DataView(typedArrayBuffer(bytes), typedArrayOffset(bytes), this.#length);
  }

  /** Lines that are printed as they are. */
  plain(lines: string): string {
    return this.#text.plain?.(lines) ?? lines;
  }

  /** Bytes that have been read. */
  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#length - this.#at;
  }

  /** What follows is one step: a {@link longPart} in it takes the reader back to its beginning. */
  beginStep(): void {
    if (this.#at !== this.#mark.at) this.#read = undefined;
    this.#mark.at = this.#at;
    this.#mark.strings = this.#strings.length;
  }

  goBack(): void {
    this.#at = this.#mark.at;
    this.#strings.length = this.#mark.strings;
  }

  /** Reads one piece of a long part; `true` when there is none, or none any more. */
  readOn(): boolean {
    if (this.#long === undefined) return true;
    try {
      if (!this.#long.advance()) return false;
    } catch {
      this.fail("expected a well-formed string");
    }
    this.#long = undefined;
    return true;
  }

  /** Throws `ERR_MALFORMED_VALUE`. */
  fail(problem: string): never {
    throw new VivariumError("ERR_MALFORMED_VALUE", { problem, offset: this.#at });
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) return this.fail("expected more bytes");
    this.#at += 1;
    return value;
  }

  /** A number of things of which each takes `unit` bytes or more: never more than there are bytes for. */
  count(unit: number): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte > 0x7f) continue;
      if (value * unit > this.remaining) this.fail(`expected at most ${this.remaining} bytes, got a count of ${value}`);
      return value;
    }
    return this.fail("expected a count of 32 bits");
  }

  /** The index of a thing that has been read before, below `end`. */
  index(end: number): number {
    const value = this.count(0);
    return value < end ? value : this.fail(`expected an index below ${end}, got ${value}`);
  }

  /** As {@link count}, for eight bytes each, in a fixed width. */
  fixedCount(): number {
    if (this.remaining < 4) this.fail("expected more bytes");
    const value = getUint32(this.#view, this.#at, true);
    this.#at += 4;
    return value * 8 <= this.remaining
      ? value
      : this.fail(`expected at most ${this.remaining} bytes, got ${value} numbers`);
  }

  integer(): number {
    const value = this.count(0);
    return (value >>> 1) ^ -(value & 1);
  }

  number(): number {
    if (this.remaining < 8) this.fail("expected more bytes");
    const value = getFloat64(this.#view, this.#at, true);
    this.#at += 8;
    return value;
  }

  /** Whether `length` elements of an array follow that are all numbers, as the encoder writes them. */
  areNumbers(length: number): boolean {
    let left = length;
    for (let at = this.#at; this.#bytes[at] === TAG_NUMBERS && at + 5 <= this.#length; ) {
      const count = getUint32(this.#view, at + 1, true);
      left -= count;
      if (left <= 0 || count < LONGEST_RUN) break;
      at += 5 + 8 * count;
    }
    return left === 0;
  }

  /** A copy, in a buffer of its own. */
  bytes(length: number): ArrayBuffer {
    if (isLong(length)) return this.#readLong(length, (bytes) => new LongBytes(bytes));
    const copy = new Uint8Array(length);
    copyBytes(copy, this.#take(length), 0);
    return typedArrayBuffer(copy);
  }

  bigint(): bigint {
    const sign = this.byte();
    const length = this.count(1);
    if (length > LONGEST_BIGINT) this.fail("expected a shorter bigint");
    const digits = this.#characters(TAG_STRING_ASCII, length);
    if (sign > 1 || execute(DIGITS, digits) === null) this.fail("expected a sign and hexadecimal digits");
    const value = BigInt(`0x${digits}`);
    return sign === 1 ? -value : value;
  }

  string(): string {
    return this.stringOf(this.byte()) ?? this.fail("expected a string");
  }

  /** The string that a tag begins; `undefined` when the tag begins something else. */
  stringOf(tag: number): string | undefined {
    if (tag === TAG_STRING_REFERENCE) return this.#strings.items[this.index(this.#strings.length)];
    const text = this.#newString(tag);
    if (text === undefined) return undefined;
    this.#onString();
    append(this.#strings, text);
    return text;
  }

  #newString(tag: number): string | undefined {
    switch (tag) {
      case TAG_STRING_ASCII:
      case TAG_STRING_LATIN1:
        return this.#characters(tag, this.count(1));
      case TAG_STRING_UTF16:
        return this.#characters(tag, 2 * this.count(2));
      case TAG_STRING_ILL_FORMED: {
        const length = this.count(2);
        if (length > LONGEST_ILL_FORMED) this.fail("expected a shorter string of lone surrogates");
        return this.#characters(tag, 2 * length);
      }
      default:
        return undefined;
    }
  }

  #characters(tag: number, length: number): string {
    if (isLong(length)) return this.#readLong(length, (bytes) => new LongText(tag, bytes, this.#text));
    const bytes = this.#take(length);
    try {
      return this.#text.decode(tag, bytes);
    } catch {
      return this.fail("expected a well-formed string");
    }
  }

  #readLong<Value>(length: number, create: (bytes: Uint8Array) => LongPart<Value>): Value {
    const at = this.#at;
    const bytes = this.#take(length);
    this.#read ??= new MapConstructor();
    const known = mapGet(this.#read, at) as LongPart<Value> | undefined;
    if (known !== undefined) return known.value;
    const part = create(bytes);
    mapSet(this.#read, at, part);
    this.#long = part;
    throw longPart;
  }

  #take(length: number): Uint8Array {
    if (length > this.remaining) this.fail("expected more bytes");
    this.#at += length;
    return viewOf(this.#bytes, this.#at - length, this.#at);
  }
}
