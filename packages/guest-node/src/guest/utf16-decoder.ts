import type { NativeEncodingTopic } from "../native/native-buffer.ts";
import {
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeSet,
} from "./primordial.ts";

const BYTE_ORDER_MARK = 0xfeff;
const REPLACEMENT = "\ufffd";

/** Decodes UTF-16, least byte first, piece by piece; undefined where a piece is wrong, and that is fatal. */
export type Utf16Decoder = (piece: Uint8Array, isLast: boolean) => string | undefined;

/**
 * The decoder of the label "utf-16le", as ICU's converter behind Node's `TextDecoder` does it. After a piece that was wrong it begins
 * afresh, where ICU may remember a few bytes of it.
 */
export function createUtf16Decoder(native: NativeEncodingTopic, fatal: boolean, ignoreBOM: boolean): Utf16Decoder {
  let rest: Uint8Array | undefined;
  let hasBegun = ignoreBOM;
  const withoutMark = (text: string): string => {
    if (hasBegun || text === "") return text;
    hasBegun = true;
    return StringPrototypeCharCodeAt(text, 0) === BYTE_ORDER_MARK ? StringPrototypeSlice(text, 1) : text;
  };
  return (piece, isLast) => {
    const bytes = rest === undefined ? piece : joined(rest, piece);
    const length = TypedArrayPrototypeGetByteLength(bytes);
    const whole = endOfWhole(bytes, length);
    // A first half and the odd byte behind it are one character that is cut.
    const isCut = isLast && length % 2 === 1;
    const end = isLast && !isCut ? length : whole;
    const text = isCut && fatal ? undefined : native.decodeUtf16(bytes, end, fatal);
    rest = isLast || text === undefined ? undefined : from(bytes, end, length);
    const shown = text === undefined ? undefined : withoutMark(isCut ? text + REPLACEMENT : text);
    if (isLast) hasBegun = ignoreBOM;
    return shown;
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const size = TypedArrayPrototypeGetByteLength(first);
  const bytes = new Uint8Array(size + TypedArrayPrototypeGetByteLength(second));
  TypedArrayPrototypeSet(bytes, first);
  TypedArrayPrototypeSet(bytes, second, size);
  return bytes;
}

/** The last few bytes in memory of their own; undefined if there are none. */
function from(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if (start === end) return undefined;
  const copy = new Uint8Array(end - start);
  for (let at = start; at < end; at += 1) copy[at - start] = bytes[at] as number;
  return copy;
}

/** Where the last character ends that is whole: a first half is kept, as its second may follow. */
function endOfWhole(bytes: Uint8Array, length: number): number {
  const end = length - (length % 2);
  const isFirstHalf = end > 0 && ((bytes[end - 1] as number) & 0xfc) === 0xd8;
  return isFirstHalf ? end - 2 : end;
}
