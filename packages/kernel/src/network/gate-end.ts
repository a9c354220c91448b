import { Duplex } from "node:stream";
import type { ByteStream } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";

/** What is read at a time: it may be hundreds of requests, and the host does other things in between. */
const SLICE_BYTES = 16 * 1024;

interface Taker {
  readonly resolve: (piece: Uint8Array | undefined) => void;
  readonly reject: (error: CallFailure) => void;
}

/**
 * A connection that goes nowhere: one end is the guest's byte stream, the other a `Duplex` in the host. What one writes
 * the other reads, and it is taken when that has been read.
 */
export class GateEnd extends Duplex {
  readonly guest: ByteStream;
  /** What the host has written and the guest not read; its end is `undefined`. */
  readonly #out: { readonly piece: Uint8Array | undefined; readonly taken: (error?: Error | null) => void }[] = [];
  #taker: Taker | undefined;
  #resume: (() => void) | undefined;
  #failure: CallFailure | undefined;
  #hasEnded = false;
  #hasLeft = false;
  /** The guest has begun to write. */
  hasBegun = false;

  constructor() {
    super({ allowHalfOpen: true });
    this.guest = {
      read: () => this.#take(),
      write: (bytes) => this.#give(bytes),
      end: () => this.#endGiven(),
      destroy: () => this.#leave(),
    };
    // The http server hears of it by itself; nobody else need.
    this.on("error", () => undefined);
  }

  /** Ends it with what the guest is told, once it has read what came before. */
  fail(failure: CallFailure): void {
    this.#failure ??= failure;
    this.destroy();
  }

  override _read(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  override _write(piece: Uint8Array, _encoding: string, taken: (error?: Error | null) => void): void {
    this.#offer(piece, taken);
  }

  /** What was written together crosses together. */
  override _writev(pieces: readonly { readonly chunk: Uint8Array }[], taken: (error?: Error | null) => void): void {
    this.#offer(Buffer.concat(pieces.map(({ chunk }) => chunk)), taken);
  }

  override _final(taken: (error?: Error | null) => void): void {
    this.#offer(undefined, taken);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#failure ??= new CallFailure("ECONNRESET");
    this.#resume?.();
    this.#resume = undefined;
    this.#taker?.reject(this.#failure);
    this.#taker = undefined;
    done(error);
  }

  #endGiven(): void {
    if (!this.#hasEnded && !this.destroyed) this.push(null);
    this.#hasEnded = true;
  }

  /** The guest has closed its end: what it has written before is still read, as from a socket. */
  #leave(): void {
    this.#hasLeft = true;
    for (const { taken } of this.#out.splice(0)) taken();
    if (this.readableLength === 0) {
      this.destroy();
      return;
    }
    this.#endGiven();
    this.once("end", () => this.destroy());
  }

  #offer(piece: Uint8Array | undefined, taken: (error?: Error | null) => void): void {
    const taker = this.#taker;
    if (this.#hasLeft) {
      taken();
      return;
    }
    if (taker === undefined) {
      this.#out.push({ piece, taken });
      return;
    }
    this.#taker = undefined;
    taker.resolve(piece);
    taken();
  }

  #take(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const next = this.#out[0];
    if (next !== undefined) {
      // The end stays the end.
      if (next.piece !== undefined) this.#out.shift();
      next.taken();
      return next.piece;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
    });
  }

  async #give(bytes: Uint8Array): Promise<void> {
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.emit("begun");
    }
    for (let start = 0; start < bytes.byteLength; start += SLICE_BYTES) {
      if (this.destroyed) throw this.#failure ?? new CallFailure("EPIPE");
      if (!this.push(bytes.subarray(start, start + SLICE_BYTES))) await this.#wanted();
    }
  }

  #wanted(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }
}
