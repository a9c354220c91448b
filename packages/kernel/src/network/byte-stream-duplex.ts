import { Duplex } from "node:stream";
import { type ByteStream, type MaybePromise, NetworkError } from "@vivarium/core";
import { gateTurns } from "./gate-turns.ts";

/** What is given at a time while there is a limit. */
const SLICE_BYTES = 4 * 1024;

/** A byte stream as a `Duplex`. */
export class ByteStreamDuplex extends Duplex {
  readonly #stream: ByteStream;
  #room: number;
  /** What has come and not been given yet. */
  #rest: Uint8Array | undefined;

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
      () => this.#rest ?? this.#stream.read(),
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
  async #take(piece: Uint8Array | undefined): Promise<void> {
    this.#rest = undefined;
    if (piece === undefined || this.#room === Number.POSITIVE_INFINITY) {
      this.push(piece ?? null);
      return;
    }
    const slice = piece.subarray(0, SLICE_BYTES);
    if (slice.byteLength < piece.byteLength) this.#rest = piece.subarray(SLICE_BYTES);
    this.#room -= slice.byteLength;
    if (this.#room < 0) throw new NetworkError("EPROTO", { reason: "the other end says too much of itself" });
    await this.#pushInTurn(slice);
  }

  /** What it costs the host to read it, whoever sends it decides. */
  async #pushInTurn(slice: Uint8Array): Promise<void> {
    while (gateTurns.leftMs() === 0) await gateTurns.next();
    if (this.destroyed) return;
    const began = performance.now();
    this.push(slice);
    gateTurns.use(performance.now() - began);
  }

  async #attempt<T>(action: () => T, then: (value: Awaited<T>) => MaybePromise<void>): Promise<void> {
    try {
      await then(await action());
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error("A byte stream has failed", { cause: error }));
    }
  }
}
