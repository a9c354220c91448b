import type { IncomingMessage } from "node:http";
import { NetworkError } from "@vivarium/core";

/** Bytes that wait to be read before no more are taken. */
const MOST_BYTES = 64 * 1024;
const BLOCK_BYTES = 16 * 1024;

/**
 * The body of a request, in pieces that are worth their price: a guest may send it byte by byte, and each would be an object
 * that waits. It takes what comes from its making on.
 */
export class GateBody implements AsyncIterable<Uint8Array> {
  readonly #message: IncomingMessage;
  #blocks: Buffer[] = [];
  /** Bytes in the last block, and in all. */
  #filled = 0;
  #bytes = 0;
  #hasEnded = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(message: IncomingMessage) {
    this.#message = message;
    message.on("data", (piece: Buffer) => this.#add(piece));
    message.once("end", () => {
      this.#hasEnded = true;
      this.#wake?.();
    });
    message.on("error", (error) => this.#fail(error));
    message.once("close", () => this.#fail(new NetworkError("ECONNRESET")));
  }

  /** The connection outlives whoever stops reading. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (this.#bytes > 0) yield this.#take();
        else if (this.#hasEnded) return;
        else if (this.#error !== undefined) throw this.#error;
        else await this.#more();
      }
    } finally {
      this.#message.resume();
      this.#hasEnded = true;
    }
  }

  #add(piece: Buffer): void {
    if (this.#hasEnded) return;
    for (let start = 0; start < piece.byteLength; ) {
      let block = this.#blocks.at(-1);
      if (block === undefined || this.#filled === BLOCK_BYTES) {
        block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
        this.#blocks.push(block);
        this.#filled = 0;
      }
      const copied = piece.copy(block, this.#filled, start);
      start += copied;
      this.#filled += copied;
    }
    this.#bytes += piece.byteLength;
    if (this.#bytes >= MOST_BYTES) this.#message.pause();
    this.#wake?.();
  }

  #take(): Uint8Array {
    const [first = Buffer.alloc(0), ...others] = this.#blocks;
    const piece = others.length === 0 ? first.subarray(0, this.#filled) : first;
    this.#blocks = others;
    this.#bytes -= piece.byteLength;
    if (this.#bytes < MOST_BYTES) this.#message.resume();
    return piece;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }
}
