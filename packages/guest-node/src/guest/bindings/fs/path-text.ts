import { bytesOf } from "../../bytes.ts";
import type { Guest } from "../../guest.ts";
import { ArrayBufferIsView } from "../../primordial.ts";

/** Paths and names as Node's library hands them over and wants them back: text, bytes, or text in an encoding. */
export interface PathText {
  /** A path argument as text. Bytes are read as UTF-8: the kernel knows no other names. */
  path(value: unknown): string;
  /** A name in the encoding that was asked for. */
  encoded(text: string, encoding: unknown): string | Uint8Array;
}

export function createPathText(guest: Guest): PathText {
  const { buffer, encoding: utf8 } = guest.native;
  return {
    path(value) {
      if (typeof value === "string") return value;
      if (ArrayBufferIsView(value)) return buffer.utf8Slice(bytesOf(value));
      return `${value as string}`;
    },
    encoded(text, encoding) {
      if (encoding === undefined || encoding === null || encoding === "utf8" || encoding === "utf-8") return text;
      const bytes = utf8.encodeUtf8String(text);
      switch (encoding) {
        case "buffer":
          return guest.toBuffer(bytes);
        case "hex":
          return buffer.hexSlice(bytes);
        case "base64":
          return buffer.base64Slice(bytes);
        case "base64url":
          return buffer.base64urlSlice(bytes);
        case "latin1":
        case "binary":
          return buffer.latin1Slice(bytes);
        case "ascii":
          return buffer.asciiSlice(bytes);
        case "ucs2":
        case "ucs-2":
        case "utf16le":
        case "utf-16le":
          return buffer.ucs2Slice(bytes);
        default:
          return text;
      }
    },
  };
}
