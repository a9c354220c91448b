import type { NativeHelper } from "../native/native-helper.ts";
import { TypedArrayPrototypeGetByteLength } from "./primordial.ts";

type Native = Pick<NativeHelper, "buffer" | "encoding">;
type Read = (native: Native, bytes: Uint8Array) => string | undefined;

/** Text of bytes that are right; the host's ICU says what becomes of others. */
const readers: Readonly<Record<string, Read>> = {
  __proto__: null as never,
  utf8: ({ buffer, encoding }, bytes) => (buffer.isUtf8(bytes) ? encoding.decodeUTF8(bytes, true) : undefined),
  ucs2: readUtf16,
  utf16le: readUtf16,
  latin1: ({ buffer }, bytes) => buffer.latin1Slice(bytes),
  binary: ({ buffer }, bytes) => buffer.latin1Slice(bytes),
};

/**
 * `buffer.transcode()` between the encodings that the native helper knows.
 *
 * @returns undefined for others, and for bytes that are none of their encoding
 */
export function transcodeHere(native: Native, bytes: Uint8Array, from: string, to: string): Uint8Array | undefined {
  const isToUtf16 = to === "ucs2" || to === "utf16le";
  if (!isToUtf16 && to !== "utf8") return undefined;
  if (isToUtf16 && from === "utf8") return native.encoding.utf8ToUtf16(bytes);
  const text = readers[from]?.(native, bytes);
  if (text === undefined) return undefined;
  if (!isToUtf16) return native.encoding.encodeUtf8String(text);
  const units = new Uint8Array(text.length * 2);
  native.buffer.ucs2Write(units, text);
  return units;
}

function readUtf16({ encoding }: Native, bytes: Uint8Array): string | undefined {
  const length = TypedArrayPrototypeGetByteLength(bytes);
  return length % 2 === 0 ? encoding.decodeUtf16(bytes, length, true) : undefined;
}
