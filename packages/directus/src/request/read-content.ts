import { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import type { NetworkResponse } from "vivarium";
import { networkFailure } from "./request-error.ts";

/** What a client can unpack, as it tells servers. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br, zstd";

const unpackers: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: () => createGunzip(),
  "x-gzip": () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};

/**
 * The content of a response, unpacked.
 *
 * @param limitBytes of it, as it comes and when it is unpacked
 * @throws RequestError for more of it (`ERR_BAD_RESPONSE`), and for what cannot be unpacked
 */
export async function readContent(response: NetworkResponse, limitBytes: number): Promise<Uint8Array> {
  const content = bounded(response.body, limitBytes);
  const encoding = header(response, "content-encoding")?.trim().toLowerCase();
  const unpacker = encoding === undefined ? undefined : unpackers[encoding];
  if (unpacker === undefined) return collect(content);
  const unpacked = Readable.from(content, { objectMode: false }).compose(unpacker());
  return collect(bounded(unpacked as AsyncIterable<Buffer>, limitBytes));
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

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}
