import { toPlainLines } from "../errors/to-one-line.ts";
import { TAG_STRING_ASCII, TAG_STRING_LATIN1, TAG_STRING_UTF16 } from "./inert-format.ts";

/** Arguments that one call of `fromCharCode` takes without straining the stack. */
const CHUNK = 4_096;

/** Characters of what is printed as it is: a stack has less, and nobody reads more. */
const LONGEST_LINES = 65_536;

/** Characters for which the room is kept to widen more of them. */
const KEPT_WIDENED = 65_536;

/** Decodes the characters of strings, by the tag that says how they are written. */
export interface TextDecoding {
  /** Throws for bytes that are not what the tag says, if they may come from somebody hostile. */
  decode(tag: number, bytes: Uint8Array): string;
  /** Lines as a terminal may have them, for what is printed as it is. @default they stay as they are */
  plain?(lines: string): string;
}

let shared: TextDecoding | undefined;

/** By what every host has on its global object, made once: a guest has its own way. */
export function hostText(): TextDecoding {
  shared ??= new InertTextDecoder();
  return shared;
}

class InertTextDecoder implements TextDecoding {
  readonly #ascii: InstanceType<typeof TextDecoder> = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** Little-endian, as the machines are that this runs on. */
  readonly #utf16: InstanceType<typeof TextDecoder> = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });
  /** Characters of one byte on their way to a decoder of two: a fresh array for each would pile up. */
  #widened: Uint16Array = new Uint16Array(0);

  decode(tag: number, bytes: Uint8Array): string {
    switch (tag) {
      case TAG_STRING_ASCII:
        return this.#decodeAscii(bytes);
      case TAG_STRING_LATIN1:
        return this.#decodeLatin1(bytes);
      case TAG_STRING_UTF16:
        return this.#utf16.decode(bytes);
      default:
        // A view of 16 bits wants an even offset: a copy has one.
        return fromCodes(new Uint16Array(new Uint8Array(bytes).buffer));
    }
  }

  plain(lines: string): string {
    return toPlainLines(lines.slice(0, LONGEST_LINES));
  }

  /** Latin-1 in 16 bits is well-formed UTF-16; the label "latin1" means windows-1252 to a TextDecoder. */
  #decodeLatin1(bytes: Uint8Array): string {
    const widened = this.#roomFor(bytes.length);
    widened.set(bytes);
    return this.#utf16.decode(widened);
  }

  #roomFor(length: number): Uint16Array {
    if (length > KEPT_WIDENED) return new Uint16Array(length);
    if (this.#widened.length < length) this.#widened = new Uint16Array(length);
    return this.#widened.subarray(0, length);
  }

  #decodeAscii(bytes: Uint8Array): string {
    const text = this.#ascii.decode(bytes);
    if (text.length !== bytes.length) throw new TypeError("Not ASCII");
    return text;
  }
}

function fromCodes(codes: Uint16Array): string {
  let text = "";
  for (let at = 0; at < codes.length; at += CHUNK) {
    text += String.fromCharCode(...codes.subarray(at, at + CHUNK));
  }
  return text;
}
