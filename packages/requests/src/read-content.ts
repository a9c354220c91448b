import { pipeline, Readable, type Transform } from "node:stream";
import type { NetworkResponse } from "vivarium";
import type { Answer } from "./follow-redirects.ts";
import { contentFailure, networkFailure, RequestFailure } from "./request-failure.ts";
import type { HeaderList, RequestTransport } from "./request-transport.ts";
import { responseHeader } from "./response-header.ts";
import { unpackerOf } from "./unpackers.ts";

/** A content as it is, and what its headers say of it then. */
export interface ReadContent {
  readonly content: Uint8Array;
  readonly headers: HeaderList;
}

/**
 * The content of a response, unpacked where it is packed in a way that servers are told of; any other stays as it is.
 *
 * @throws RequestFailure `ERR_RESPONSE_TOO_LARGE`, `ERR_RESPONSE_ROOM`, `ERR_RESPONSE_CONTENT`, and of the network
 */
export async function readContent(
  { response, hop }: Answer,
  { maxResponseBytes, room }: Pick<RequestTransport, "maxResponseBytes" | "room">,
): Promise<ReadContent> {
  const { headers } = response;
  const packed = bounded(received(response, hop.url), maxResponseBytes);
  const encoding = hasContent(response, hop.method) ? responseHeader(response, "content-encoding") : undefined;
  const unpacker = encoding === undefined ? undefined : unpackerOf(encoding);
  if (unpacker === undefined) return { content: await room.collect(packed), headers };
  const content = await room.collect(bounded(unpacked(packed, unpacker, hop.url), maxResponseBytes));
  return { content, headers: headers.filter(([name]) => !/^content-(?:encoding|length)$/i.test(name)) };
}

/** Whether there is one: what packs it is told without, too. */
function hasContent({ status }: NetworkResponse, method: string): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304;
}

async function* received({ body }: NetworkResponse, url: URL): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw networkFailure(error, url);
  }
}

async function* bounded(content: AsyncIterable<Uint8Array>, limitBytes: number): AsyncIterable<Uint8Array> {
  let length = 0;
  for await (const piece of content) {
    length += piece.byteLength;
    if (length > limitBytes) {
      throw new RequestFailure("ERR_RESPONSE_TOO_LARGE", `The response is longer than ${limitBytes} bytes`);
    }
    yield piece;
  }
}

/** What fails at either end fails whoever reads it, and nobody else: content that is cut off is an error of the unpacker's. */
async function* unpacked(content: AsyncIterable<Uint8Array>, unpacker: Transform, url: URL): AsyncIterable<Uint8Array> {
  const packed = Readable.from(content, { objectMode: false });
  pipeline(packed, unpacker, () => undefined);
  try {
    yield* unpacker;
  } catch (error) {
    throw error instanceof RequestFailure ? error : contentFailure(error, url);
  }
}
