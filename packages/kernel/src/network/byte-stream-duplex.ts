import { Duplex } from "node:stream";
import type { ByteStream } from "@vivarium/core";

/** A byte stream as a `Duplex`. */
export class ByteStreamDuplex extends Duplex {
  readonly #stream: ByteStream;

  constructor(stream: ByteStream) {
    super({ allowHalfOpen: true });
    this.#stream = stream;
  }

  override _read(): void {
    this.#attempt(
      () => this.#stream.read(),
      (piece) => this.push(piece ?? null),
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

  async #attempt<T>(action: () => T, then: (value: Awaited<T>) => void): Promise<void> {
    try {
      then(await action());
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error("A byte stream has failed", { cause: error }));
    }
  }
}
