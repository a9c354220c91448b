import { TAG_STRING_ASCII, TAG_STRING_LATIN1, TAG_STRING_UTF16 } from "./inert-format.ts";

const ascii = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Little-endian, as the machines are that this runs on. */
const utf16 = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });
/** Arguments that one call of `fromCharCode` takes without straining the stack. */
const CHUNK = 4_096;

/** Decodes the characters of strings, by the tag that says how they are written. */
export class InertTextDecoder {
  /** Characters of one byte on their way to a decoder of two: a fresh array for each would pile up. */
  #widened: Uint16Array = new Uint16Array(0);

  /** Throws a `TypeError` for bytes that are not what the tag says. */
  decode(tag: number, bytes: Uint8Array): string {
    switch (tag) {
      case TAG_STRING_ASCII:
        return decodeAscii(bytes);
      case TAG_STRING_LATIN1:
        return this.#decodeLatin1(bytes);
      case TAG_STRING_UTF16:
        return utf16.decode(bytes);
      default:
        // A view of 16 bits wants an even offset: a copy has one.
        return fromCodes(new Uint16Array(new Uint8Array(bytes).buffer));
    }
  }

  /** Latin-1 in 16 bits is well-formed UTF-16; the label "latin1" means windows-1252 to a TextDecoder. */
  #decodeLatin1(bytes: Uint8Array): string {
    const { length } = bytes;
    if (this.#widened.length < length) this.#widened = new Uint16Array(length);
    this.#widened.set(bytes);
    return utf16.decode(this.#widened.subarray(0, length));
  }
}

function decodeAscii(bytes: Uint8Array): string {
  const text = ascii.decode(bytes);
  if (text.length !== bytes.length) throw new TypeError("Not ASCII");
  return text;
}

function fromCodes(codes: Uint16Array): string {
  let text = "";
  for (let at = 0; at < codes.length; at += CHUNK) {
    text += String.fromCharCode(...codes.subarray(at, at + CHUNK));
  }
  return text;
}
