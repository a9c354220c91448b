import { VivariumError } from "../errors/vivarium-error.ts";
import {
  LONGEST_ILL_FORMED,
  TAG_STRING_ASCII,
  TAG_STRING_ILL_FORMED,
  TAG_STRING_LATIN1,
  TAG_STRING_REFERENCE,
  TAG_STRING_UTF16,
} from "./inert-format.ts";

const ascii = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Little-endian, as the machines are that this runs on. */
const utf16 = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });
/** UTF-16 units of a long string that are decoded at a time: a decoder takes several times their room meanwhile. */
const PIECE = 262_144;
/** Arguments that one call of `fromCharCode` takes without straining the stack. */
const CHUNK = 4_096;

/** Reads the parts of an encoding, each held against the bytes that there are. */
export class InertReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #strings: string[] = [];
  #at = 0;
  /** Characters of one byte on their way to a decoder of two: a fresh array for each would pile up. */
  #widened: Uint16Array = new Uint16Array(0);

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes that have been read. */
  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
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
    const value = this.#view.getUint32(this.#at, true);
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
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  /** A copy, in a buffer of its own. */
  bytes(length: number): ArrayBuffer {
    const copy = new Uint8Array(length);
    copy.set(this.#take(length));
    return copy.buffer;
  }

  bigint(): bigint {
    const sign = this.byte();
    const digits = this.#decode(ascii, this.count(1));
    if (sign > 1 || !/^[0-9a-f]+$/.test(digits)) this.fail("expected a sign and hexadecimal digits");
    const value = BigInt(`0x${digits}`);
    return sign === 1 ? -value : value;
  }

  string(): string {
    return this.stringOf(this.byte()) ?? this.fail("expected a string");
  }

  /** The string that a tag begins; `undefined` when the tag begins something else. */
  stringOf(tag: number): string | undefined {
    if (tag === TAG_STRING_REFERENCE) return this.#strings[this.index(this.#strings.length)];
    const text = this.#newString(tag);
    if (text !== undefined) this.#strings.push(text);
    return text;
  }

  #newString(tag: number): string | undefined {
    switch (tag) {
      case TAG_STRING_ASCII:
        return this.#decode(ascii, this.count(1));
      case TAG_STRING_LATIN1:
        // Latin-1 in 16 bits is well-formed UTF-16; the label "latin1" means windows-1252 to a TextDecoder.
        return this.#decodePieces(this.count(1), (units) => this.#decodeLatin1(units));
      case TAG_STRING_UTF16:
        return this.#decodePieces(this.count(2), (units, left) =>
          this.#decode(utf16, 2 * (units < left && this.#endsWithinPair(units) ? units + 1 : units)),
        );
      case TAG_STRING_ILL_FORMED: {
        const length = this.count(2);
        if (length > LONGEST_ILL_FORMED) this.fail("expected a shorter string of lone surrogates");
        // A view of 16 bits wants an even offset: a copy has one.
        return fromCodes(new Uint16Array(this.bytes(2 * length)));
      }
      default:
        return undefined;
    }
  }

  #decodeLatin1(length: number): string {
    if (this.#widened.length < length) this.#widened = new Uint16Array(length);
    this.#widened.set(this.#take(length));
    return utf16.decode(this.#widened.subarray(0, length));
  }

  /** Decodes `units` UTF-16 units by calls that are asked for a few of those `left`, and may take one more. */
  #decodePieces(units: number, decode: (units: number, left: number) => string): string {
    let text = "";
    while (text.length < units) {
      const left = units - text.length;
      text += decode(Math.min(PIECE, left), left);
    }
    return text;
  }

  /** Whether the last of the next `units` UTF-16 units is the first half of a pair. */
  #endsWithinPair(units: number): boolean {
    const high = this.#bytes[this.#at + 2 * units - 1] ?? 0;
    return high >= 0xd8 && high <= 0xdb;
  }

  #decode(decoder: { decode(bytes: Uint8Array): string }, length: number): string {
    const bytes = this.#take(length);
    try {
      return decoder.decode(bytes);
    } catch {
      return this.fail("expected a well-formed string");
    }
  }

  #take(length: number): Uint8Array {
    if (length > this.remaining) this.fail("expected more bytes");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function fromCodes(codes: Uint16Array): string {
  let text = "";
  for (let at = 0; at < codes.length; at += CHUNK) {
    text += String.fromCharCode(...codes.subarray(at, at + CHUNK));
  }
  return text;
}
