import { Duplex } from "node:stream";
import type { ByteStream } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { gateTurns } from "./gate-turns.ts";

/** What is read at a time: it may be a hundred requests. */
const SLICE_BYTES = 4 * 1024;

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
  readonly #begin: (() => Promise<void>) | undefined;
  #begun: Promise<void> | undefined;
  /** Writes of the guest's that are not all in the other end's hands. */
  #givings = 0;

  /** @param begin called with the first bytes: they are written when somebody reads */
  constructor(begin?: () => Promise<void>) {
    super({ allowHalfOpen: true, readableHighWaterMark: SLICE_BYTES });
    this.#begin = begin;
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
    if (this.#givings === 0) this.#endLeft();
  }

  #endLeft(): void {
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
    this.#givings += 1;
    try {
      await this.#pushAll(bytes);
    } finally {
      this.#givings -= 1;
      if (this.#hasLeft && this.#givings === 0) this.#endLeft();
    }
  }

  /** At once where it can: who has written may leave. */
  async #pushAll(bytes: Uint8Array): Promise<void> {
    if (this.#begin !== undefined) {
      this.#begun ??= this.#begin();
      await this.#begun;
    }
    for (let start = 0; start < bytes.byteLength; start += SLICE_BYTES) {
      while (gateTurns.leftMs() === 0) await gateTurns.next();
      if (this.destroyed || this.#hasEnded) throw this.#failure ?? new CallFailure("EPIPE");
      const began = performance.now();
      const isWanted = this.push(bytes.subarray(start, start + SLICE_BYTES));
      gateTurns.use(performance.now() - began);
      if (!isWanted) await this.#wanted();
    }
  }

  #wanted(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }
}
