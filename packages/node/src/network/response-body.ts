import { NetworkError } from "@vivarium/core";
import { DecodedCount } from "./decoded-count.ts";
import { toldError } from "./told-error.ts";

export interface ResponseBodyOptions {
  readonly contentEncoding: string;
  readonly maxResponseBytes: number;
  readonly maxDecompressedBytes: number;
  /** Why it was ended, where its time was up. */
  readonly failure: () => NetworkError | undefined;
  readonly onEnd: () => void;
}

/** The body of a response, as long as it is within its bounds. */
export async function* boundedBody(
  body: AsyncIterable<Uint8Array>,
  options: ResponseBodyOptions,
): AsyncGenerator<Uint8Array> {
  const { maxResponseBytes, maxDecompressedBytes } = options;
  const decoded = new DecodedCount(options.contentEncoding);
  let bytes = 0;
  try {
    if (decoded.isAbsurd) throw new NetworkError("EPROTO", { reason: "the response is packed too many times" });
    for await (const piece of body) {
      bytes += piece.byteLength;
      if (bytes > maxResponseBytes) throw tooLong(`longer than ${maxResponseBytes} bytes`);
      if (maxDecompressedBytes !== Number.POSITIVE_INFINITY) await decoded.take(piece, maxDecompressedBytes);
      if (decoded.bytes > maxDecompressedBytes) throw tooLong(`longer than ${maxDecompressedBytes} bytes, unpacked`);
      yield piece;
    }
  } catch (error) {
    throw options.failure() ?? toldError(error);
  } finally {
    decoded.close();
    options.onEnd();
  }
}

function tooLong(what: string): NetworkError {
  return new NetworkError("EMSGSIZE", { reason: `the response is ${what}` });
}
