import type { Guest } from "../../guest.ts";
import { TypedArrayPrototypeSubarray } from "../../past-prototypes.ts";

/** Text in any encoding of Node's as bytes. */
export function createTextBytes(guest: Guest): (text: string, encoding: unknown) => Uint8Array {
  const { buffer, encoding: utf8 } = guest.native;
  const written = (
    write: (view: ArrayBufferView, text: string, offset?: number, length?: number) => number,
    text: string,
    room: number,
  ): Uint8Array => {
    const bytes = new Uint8Array(room);
    return TypedArrayPrototypeSubarray(bytes, 0, write(bytes, text, 0, room));
  };
  return (text, encoding) => {
    switch (encoding) {
      case "latin1":
      case "binary":
        return written(buffer.latin1WriteStatic, text, text.length);
      case "ascii":
        return written(buffer.asciiWriteStatic, text, text.length);
      case "ucs2":
      case "ucs-2":
      case "utf16le":
      case "utf-16le":
        return written(buffer.ucs2Write, text, text.length * 2);
      case "hex":
        return written(buffer.hexWrite, text, text.length >>> 1);
      case "base64":
        return written(buffer.base64Write, text, text.length);
      case "base64url":
        return written(buffer.base64urlWrite, text, text.length);
      default:
        return utf8.encodeUtf8String(text);
    }
  };
}
