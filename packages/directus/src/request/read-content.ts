import { pipeline, Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import type { NetworkResponse } from "vivarium";
import { networkFailure } from "./request-error.ts";
import type { ResponseRoom } from "./response-room.ts";

/** What a client can unpack, as it tells servers. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br, zstd";

/** By names that servers say: any word may be one. */
const unpackers: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ["gzip", () => createGunzip()],
  ["x-gzip", () => createGunzip()],
  ["deflate", () => createInflate()],
  ["br", () => createBrotliDecompress()],
  ["zstd", () => createZstdDecompress()],
]);

/**
 * The content of a response, unpacked.
 *
 * @param limitBytes of it, as it comes and when it is unpacked
 * @param room what all responses of the extension are kept in
 * @throws RequestError for more of it (`ERR_BAD_RESPONSE`); an error of zlib's for what cannot be unpacked
 */
export async function readContent(
  response: NetworkResponse,
  limitBytes: number,
  room: ResponseRoom,
): Promise<Uint8Array> {
  const content = bounded(response.body, limitBytes);
  const encoding = header(response, "content-encoding")?.trim().toLowerCase() ?? "";
  const unpacker = unpackers.get(encoding)?.();
  return room.collect(unpacker === undefined ? content : bounded(unpacked(content, unpacker), limitBytes));
}

export function header({ headers }: NetworkResponse, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

async function* bounded(content: AsyncIterable<Uint8Array>, limitBytes: number): AsyncIterable<Uint8Array> {
  let length = 0;
  for await (const piece of content) {
    length += piece.byteLength;
    if (length > limitBytes)
      throw networkFailure(`maxContentLength size of ${limitBytes} exceeded`, "ERR_BAD_RESPONSE");
    yield piece;
  }
}

/** What fails at either end fails whoever reads it, and nobody else: content that is cut off is an error of the unpacker's. */
function unpacked(content: AsyncIterable<Uint8Array>, unpacker: Transform): AsyncIterable<Buffer> {
  const packed = Readable.from(content, { objectMode: false });
  pipeline(packed, unpacker, () => undefined);
  return unpacker;
}
