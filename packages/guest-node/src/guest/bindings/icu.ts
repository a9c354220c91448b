import { bytesOf } from "../bytes.ts";
import type { Binding, Guest } from "../guest.ts";
import { stringWidth } from "../string-width.ts";

const FLUSH = 1;
const FATAL = 2;
const IGNORE_BOM = 4;
const U_ILLEGAL_ARGUMENT = 1;

interface Converter {
  readonly id: number;
}

/** Encodings beyond UTF-8, by the host's ICU over `text.*` calls. */
export function icuBinding(guest: Guest): Binding {
  const { calls } = guest;
  const open = (encoding: string, flags: number): Converter | undefined => {
    const id = calls.sync("text.openDecoder", encoding, (flags & FATAL) !== 0, (flags & IGNORE_BOM) !== 0);
    return typeof id === "number" && id >= 0 ? { id } : undefined;
  };
  return {
    __proto__: null,
    hasConverter: (encoding: string) => open(encoding, 0) !== undefined,
    icuErrName: (code: number) => (code === U_ILLEGAL_ARGUMENT ? "U_ILLEGAL_ARGUMENT_ERROR" : `U_ERROR_${code}`),
    getStringWidth: (text: string, ambiguousAsFullWidth?: boolean, expandEmoji?: boolean) =>
      stringWidth(text, ambiguousAsFullWidth === true, expandEmoji === true),
    transcode(source: Uint8Array, from: string, to: string) {
      const length = calls.syncWithInput("text.transcode", bytesOf(source), from, to);
      if (typeof length !== "number" || length < 0) return U_ILLEGAL_ARGUMENT;
      return guest.toBuffer(calls.payload(length));
    },
    getConverter: open,
    decode(converter: Converter, input: ArrayBufferView | ArrayBuffer, flags: number, encoding: string) {
      const text = calls.syncWithInput("text.decode", bytesOf(input), converter.id, (flags & FLUSH) === 0);
      if (typeof text === "string") return text;
      throw guest.errors.coded(
        "TypeError",
        "ERR_ENCODING_INVALID_ENCODED_DATA",
        `The encoded data was not valid for encoding ${encoding}`,
      );
    },
  };
}
