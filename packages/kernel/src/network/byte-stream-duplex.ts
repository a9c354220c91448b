import { Duplex } from "node:stream";
import { type ByteStream, NetworkError } from "@vivarium/core";

/** What is given at a time while there is a limit. */
const SLICE_BYTES = 4 * 1024;

/** A byte stream as a `Duplex`. */
export class ByteStreamDuplex extends Duplex {
  readonly #stream: ByteStream;
  #room: number;

  /** @param limitBytes so much may be read of it until the limit is lifted; with more it fails */
  constructor(stream: ByteStream, limitBytes: number) {
    super({ allowHalfOpen: true });
    this.#stream = stream;
    this.#room = limitBytes;
  }

  liftLimit(): void {
    this.#room = Number.POSITIVE_INFINITY;
  }

  override _read(): void {
    this.#attempt(
      () => this.#stream.read(),
      (piece) => this.#take(piece),
    );
  }

  override _write(bytes: Uint8Array, _encoding: string, taken: (error?: Error | null) => void): void {
    this.#attempt(
      () => this.#stream.write(bytes),
      () => taken(),
    );
  }

  override _final(taken: (error?: Error | null) => void): void {
    this.#attempt(
      () => this.#stream.end(),
      () => taken(),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#stream.destroy();
    done(error);
  }

  /** Whoever reads may lift the limit in between. */
  #take(piece: Uint8Array | undefined): void {
    if (piece === undefined) {
      this.push(null);
      return;
    }
    for (let start = 0; start < piece.byteLength; ) {
      const slice =
        this.#room === Number.POSITIVE_INFINITY ? piece.subarray(start) : piece.subarray(start, start + SLICE_BYTES);
      this.#room -= slice.byteLength;
      if (this.#room < 0) throw new NetworkError("EPROTO", { reason: "the other end says too much of itself" });
      this.push(slice);
      start += slice.byteLength;
    }
  }

  async #attempt<T>(action: () => T, then: (value: Awaited<T>) => void): Promise<void> {
    try {
      then(await action());
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error("A byte stream has failed", { cause: error }));
    }
  }
}
