import type { ByteStream } from "@vivarium/core";

/** A byte stream whose other side is the test. */
export class ScriptedStream implements ByteStream {
  readonly written: string[] = [];
  isDestroyed = false;
  readonly #pieces: (Uint8Array | undefined)[];
  #asked: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  /** Settles the write that is under way. */
  taken: (() => void) | undefined;

  constructor(...pieces: readonly (string | undefined)[]) {
    this.#pieces = pieces.map(bytesOf);
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#pieces.length > 0) return this.#pieces.shift();
    this.#asked = Promise.withResolvers();
    return this.#asked.promise;
  }

  /** Answers the read that is under way. */
  arrive(piece: string | undefined): void {
    this.#asked?.resolve(bytesOf(piece));
  }

  fail(error: unknown): void {
    this.#asked?.reject(error);
  }

  write(bytes: Uint8Array): Promise<void> {
    this.written.push(new TextDecoder().decode(bytes));
    return new Promise((resolve) => {
      this.taken = resolve;
    });
  }

  end(): void {
    this.written.push("FIN");
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}

function bytesOf(piece: string | undefined): Uint8Array | undefined {
  return piece === undefined ? undefined : new TextEncoder().encode(piece);
}
