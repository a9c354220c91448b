import type { Readable } from "node:stream";
import { NetworkError } from "@vivarium/core";
import { DecodedCount, type DecodedCountOptions } from "./decoded-count.ts";
import { toldError } from "./told-error.ts";

export interface ResponseBodyOptions extends DecodedCountOptions {
  readonly maxResponseBytes: number;
  readonly maxDecompressedBytes: number;
  /** Why it was ended, where its time was up. */
  readonly failure: () => NetworkError | undefined;
  readonly onEnd: () => void;
}

/** The body of a response, as long as it is within its bounds. Whoever does not want it returns, or aborts the request. */
export function boundedBody(body: Readable, options: ResponseBodyOptions): AsyncIterable<Uint8Array> {
  const pieces = readBounded(body, options);
  let isBegun = false;
  const iterator: AsyncIterator<Uint8Array> = {
    next() {
      isBegun = true;
      return pieces.next();
    },
    return() {
      // A generator that nobody has begun to read does nothing when it is left.
      if (!isBegun) leave(body, options);
      return pieces.return(undefined);
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

function leave(body: Readable, { onEnd }: ResponseBodyOptions): void {
  onEnd();
  // It says that it was cut off, which is what was wanted.
  body.on("error", () => undefined).destroy();
}

async function* readBounded(body: AsyncIterable<Uint8Array>, options: ResponseBodyOptions): AsyncGenerator<Uint8Array> {
  const decoded = new DecodedCount(options);
  const pieces = body[Symbol.asyncIterator]();
  let bytes = 0;
  try {
    if (decoded.isAbsurd) throw new NetworkError("EPROTO", { reason: "the response is packed too many times" });
    for (let step = await pieces.next(); step.done !== true; step = await pieces.next()) {
      bytes += step.value.byteLength;
      await assertBounded(step.value, bytes, decoded, options);
      yield step.value;
    }
  } catch (error) {
    throw options.failure() ?? toldError(error);
  } finally {
    decoded.close();
    // Before its connection goes, where it is left: nobody is to make another for it.
    options.onEnd();
    await pieces.return?.();
  }
}

async function assertBounded(
  piece: Uint8Array,
  bytes: number,
  decoded: DecodedCount,
  { maxResponseBytes, maxDecompressedBytes }: ResponseBodyOptions,
): Promise<void> {
  if (bytes > maxResponseBytes) throw tooLong(`longer than ${maxResponseBytes} bytes`);
  if (maxDecompressedBytes === Number.POSITIVE_INFINITY) return;
  await decoded.take(piece, maxDecompressedBytes);
  if (decoded.isTooWide) throw new NetworkError("EMSGSIZE", { reason: "the response takes too much memory to unpack" });
  if (decoded.bytes > maxDecompressedBytes) throw tooLong(`longer than ${maxDecompressedBytes} bytes, unpacked`);
}

function tooLong(what: string): NetworkError {
  return new NetworkError("EMSGSIZE", { reason: `the response is ${what}` });
}
