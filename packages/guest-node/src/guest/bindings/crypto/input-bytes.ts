import { bytesOf } from "../../bytes.ts";
import type { Guest } from "../../guest.ts";

/** Bytes of a text in an encoding, or of what is bytes. */
export function inputBytes(guest: Guest, data: string | ArrayBufferView | ArrayBuffer, encoding?: string): Uint8Array {
  if (typeof data !== "string") return bytesOf(data);
  const isUtf8 = encoding === undefined || encoding === "utf8" || encoding === "buffer" || encoding === "utf-8";
  if (isUtf8) return guest.native.encoding.encodeUtf8String(data);
  const { Buffer } = guest.library.require("buffer") as {
    Buffer: { from(text: string, encoding: string): Uint8Array };
  };
  return bytesOf(Buffer.from(data, encoding as string));
}
