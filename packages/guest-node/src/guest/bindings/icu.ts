import { errnoOf } from "@vivarium/core";
import { bytesOf } from "../bytes.ts";
import type { Binding, Guest } from "../guest.ts";
import { stringWidth } from "../string-width.ts";
import { transcodeHere } from "../transcode-here.ts";
import { createUtf16Decoder, type Utf16Decoder } from "../utf16-decoder.ts";

const FLUSH = 1;
const FATAL = 2;
const IGNORE_BOM = 4;
const U_ILLEGAL_ARGUMENT = 1;
const U_INVALID_CHAR_FOUND = 10;
const EILSEQ = errnoOf("EILSEQ");

/** A decoder of the host's by its number, or one of the guest's own. */
type Converter = { readonly id: number } | { readonly decode: Utf16Decoder };

/** Encodings beyond UTF-8: UTF-16 by the native helper, others by the host's ICU over `text.*` calls. */
export function icuBinding(guest: Guest): Binding {
  const { calls, native } = guest;
  const open = (encoding: string, flags: number): Converter | undefined => {
    const isFatal = (flags & FATAL) !== 0;
    const ignoresBOM = (flags & IGNORE_BOM) !== 0;
    if (encoding === "utf-16le") return { decode: createUtf16Decoder(native.encoding, isFatal, ignoresBOM) };
    const id = calls.sync("text.openDecoder", encoding, isFatal, ignoresBOM);
    return typeof id === "number" && id >= 0 ? { id } : undefined;
  };
  const decode = (converter: Converter, bytes: Uint8Array, isLast: boolean): unknown =>
    "decode" in converter
      ? converter.decode(bytes, isLast)
      : calls.syncWithInput("text.decode", bytes, converter.id, !isLast);
  return {
    __proto__: null,
    hasConverter: (encoding: string) => open(encoding, 0) !== undefined,
    icuErrName: errorName,
    getStringWidth: (text: string, ambiguousAsFullWidth?: boolean, expandEmoji?: boolean) =>
      stringWidth(text, ambiguousAsFullWidth === true, expandEmoji === true),
    transcode(source: Uint8Array, from: string, to: string) {
      const bytes = bytesOf(source);
      const here = transcodeHere(native, bytes, from, to);
      if (here !== undefined) return guest.toBuffer(here);
      const length = calls.syncWithInput("text.transcode", bytes, from, to);
      if (length === EILSEQ) return U_INVALID_CHAR_FOUND;
      if (typeof length !== "number" || length < 0) return U_ILLEGAL_ARGUMENT;
      return guest.toBuffer(calls.payload(length));
    },
    getConverter: open,
    decode(converter: Converter, input: ArrayBufferView | ArrayBuffer, flags: number, encoding: string) {
      const text = decode(converter, bytesOf(input), (flags & FLUSH) !== 0);
      if (typeof text === "string") return text;
      throw guest.errors.coded(
        "TypeError",
        "ERR_ENCODING_INVALID_ENCODED_DATA",
        `The encoded data was not valid for encoding ${encoding}`,
      );
    },
  };
}

function errorName(code: number): string {
  if (code === U_ILLEGAL_ARGUMENT) return "U_ILLEGAL_ARGUMENT_ERROR";
  return code === U_INVALID_CHAR_FOUND ? "U_INVALID_CHAR_FOUND" : `U_ERROR_${code}`;
}
