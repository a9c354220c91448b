import type { ByteStream } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";

interface Offered {
  readonly bytes: Uint8Array;
  readonly taken: () => void;
  readonly refused: (error: unknown) => void;
}

const ended: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };

/** A guest's end of a child's standard input; the child reads the other as an iterable. A piece is taken when it is asked for. */
export class InputPipe implements ByteStream, AsyncIterable<Uint8Array> {
  readonly #offered: Offered[] = [];
  #reader: ((result: IteratorResult<Uint8Array, undefined>) => void) | undefined;
  #isShut = false;
  #isClosed = false;

  /** Nothing is read from this end. */
  read(): undefined {
    return undefined;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#isShut || this.#isClosed) throw new CallFailure("EPIPE");
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader({ done: false, value: bytes });
      return undefined;
    }
    return new Promise((taken, refused) => {
      this.#offered.push({ bytes, taken, refused });
    });
  }

  end(): void {
    this.#isShut = true;
    this.#endReader();
  }

  /** The guest writes no more; what it has written before is read. */
  destroy(): void {
    this.end();
  }

  /** The child reads no more. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#endReader();
    for (const { refused } of this.#offered.splice(0)) refused(new CallFailure("EPIPE"));
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.close();
        return ended;
      },
    };
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const next = this.#offered.shift();
    if (next !== undefined) {
      next.taken();
      return { done: false, value: next.bytes };
    }
    if (this.#isShut || this.#isClosed) return ended;
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  #endReader(): void {
    this.#reader?.(ended);
    this.#reader = undefined;
  }
}
