import { type ByteStream, isPromiseLike, type MaybePromise } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type OnDiagnostic, reportFault } from "../system-calls/report-fault.ts";
import { streamFailure } from "./stream-failure.ts";

/** Writes of one stream that wait for their turn. */
const MOST_WRITES = 64;

/** What is written at a time, in bytes: to encrypt more would hold the host up. */
const PIECE_BYTES = 256 * 1024;

const nothing = new Uint8Array(0);

/** A byte stream as one guest uses it: one read at a time, writes in order, and an end to all of it when it is closed. */
export class HostStream {
  #source: ByteStream;
  readonly #driver: string;
  readonly #onDiagnostic: OnDiagnostic;
  #rest: Uint8Array = nothing;
  /** What a guest waits for, and what has been asked of the source for it. */
  #asked: Promise<Uint8Array | undefined> | undefined;
  #piece: Promise<Uint8Array | undefined> | undefined;
  /** Settles when another source is there. */
  #changing: Promise<void> | undefined;
  /** What has been taken of the sources for the guest, in bytes. */
  #taken = 0;
  #isReading = false;
  #hasEnded = false;
  #isShut = false;
  #isClosed = false;
  #writes = 0;
  #lastWrite: Promise<void> | undefined;
  /** What waits for the stream. */
  readonly #listeners: (() => void)[] = [];
  readonly #waiting: Set<(failure: CallFailure) => void> = new Set();

  constructor(bytes: ByteStream, driver: string, onDiagnostic: OnDiagnostic) {
    this.#source = bytes;
    this.#driver = driver;
    this.#onDiagnostic = onDiagnostic;
  }

  /** Up to `length` bytes; none at the end. */
  *read(attempt: Attempt, length: number): Steps<Uint8Array> {
    if (length < 1) throw new CallFailure("EINVAL");
    if (this.#isReading) throw new CallFailure("EBUSY");
    this.#isReading = true;
    try {
      while (this.#rest.byteLength === 0 && !this.#hasEnded) this.#take(yield* attempt.settle(this.#ask()));
    } finally {
      this.#isReading = false;
    }
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(bytes.byteLength);
    return bytes;
  }

  *write(attempt: Attempt, bytes: Uint8Array): Steps<void> {
    if (this.#isShut) throw new CallFailure("EPIPE");
    if (bytes.byteLength === 0) return;
    const own = alone(bytes);
    const isShort = own.byteLength <= PIECE_BYTES;
    const write = (): MaybePromise<void> => (isShort ? this.#source.write(own) : this.#writeInPieces(own));
    yield* attempt.settle(this.#inTurn("write", write));
  }

  *shutdown(attempt: Attempt): Steps<void> {
    if (this.#isShut) return;
    this.#isShut = true;
    yield* attempt.settle(this.#inTurn("end", () => this.#source.end()));
  }

  /** How many bytes the guest has been given, or is about to be. */
  get given(): number {
    return this.#taken - this.#rest.byteLength;
  }

  /** The stream beneath. */
  get source(): ByteStream {
    return this.#source;
  }

  /**
   * Puts another stream in the place of the one beneath, made of it, once what has been written before is taken. Who reads
   * meanwhile reads of the new one.
   * @throws what `make` throws; the stream is then closed
   */
  async change(make: (source: ByteStream) => Promise<ByteStream>): Promise<void> {
    if (this.#changing !== undefined) throw new CallFailure("EALREADY");
    const changed = this.#change(make, this.#lastWrite);
    const settled = changed.then(
      () => undefined,
      () => undefined,
    );
    this.#changing = settled;
    this.#lastWrite = settled;
    try {
      await changed;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      this.#changing = undefined;
      if (this.#lastWrite === settled) this.#lastWrite = undefined;
    }
  }

  async #change(make: (source: ByteStream) => Promise<ByteStream>, written: Promise<void> | undefined): Promise<void> {
    await written;
    const source = await make(this.#takeSource());
    this.#source = source;
    if (!this.#isClosed) return;
    source.destroy();
    throw new CallFailure("ECANCELED");
  }

  /** Calls `listener` once it is closed. */
  onClose(listener: () => void): void {
    if (this.#isClosed) listener();
    else this.#listeners.push(listener);
  }

  /** Ends it, and whatever waits for it. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rest = nothing;
    try {
      this.#source.destroy();
    } catch (error) {
      streamFailure(error, this.#failing("destroy"));
    }
    for (const fail of [...this.#waiting]) fail(new CallFailure("ECANCELED"));
    for (const listener of this.#listeners) listener();
  }

  async #writeInPieces(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.byteLength && !this.#isClosed; start += PIECE_BYTES)
      await this.#source.write(bytes.subarray(start, start + PIECE_BYTES));
  }

  #take(piece: unknown): void {
    if (piece === undefined) {
      this.#hasEnded = true;
      return;
    }
    if (piece instanceof Uint8Array) {
      this.#rest = piece;
      return;
    }
    const detail = { driver: this.#driver, method: "read", wanted: "a Uint8Array or undefined", actual: piece };
    reportFault(this.#onDiagnostic, "ERR_DRIVER_ANSWER", detail);
    throw new CallFailure("EIO");
  }

  /** A piece that was asked for by a call that could not wait is the next one's. */
  #ask(): MaybePromise<Uint8Array | undefined> {
    if (this.#asked !== undefined) return this.#asked;
    const answer = this.#changing === undefined ? this.#askSource() : this.#changing.then(() => this.#askSource());
    if (!isPromiseLike(answer)) return answer;
    const asked = answer.finally(() => {
      if (this.#asked === asked) this.#asked = undefined;
    });
    this.#asked = asked;
    return asked;
  }

  #askSource(): MaybePromise<Uint8Array | undefined> {
    const source = this.#source;
    const answer = this.#call("read", () => source.read());
    if (!isPromiseLike(answer)) return this.#count(answer);
    const piece = this.#cancelable("read", answer);
    this.#piece = piece;
    return this.#unlessChanged(source, piece);
  }

  /** What comes of a source that has been changed is the next source's: the guest waits for what that makes of it. */
  async #unlessChanged(source: ByteStream, piece: Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    // It is decided and counted in one go: a change that begins later finds it given.
    try {
      const bytes = await piece;
      if (this.#isStillGiven(source)) return this.#count(bytes);
    } catch (error) {
      if (this.#isStillGiven(source)) throw error;
    }
    await this.#changing;
    return await this.#askSource();
  }

  /** Whether what comes of a source is the guest's. Else whoever makes another of it has the piece, or will have it. */
  #isStillGiven(source: ByteStream): boolean {
    if (this.#source !== source || this.#changing !== undefined) return false;
    this.#piece = undefined;
    return true;
  }

  #count<T>(piece: T): T {
    if (piece instanceof Uint8Array) this.#taken += piece.byteLength;
    return piece;
  }

  /** The source with what has been read of it and not been given to the guest. */
  #takeSource(): ByteStream {
    const source = this.#source;
    const early: MaybePromise<Uint8Array | undefined>[] = [];
    if (this.#rest.byteLength > 0) early.push(this.#rest);
    if (this.#piece !== undefined) early.push(this.#piece);
    this.#piece = undefined;
    this.#taken -= this.#rest.byteLength;
    this.#rest = nothing;
    return {
      read: () => (early.length > 0 ? early.shift() : source.read()),
      write: (bytes) => source.write(bytes),
      end: () => source.end(),
      destroy: () => source.destroy(),
    };
  }

  #inTurn(method: "write" | "end", action: () => MaybePromise<void>): MaybePromise<void> {
    if (this.#writes >= MOST_WRITES) throw new CallFailure("EAGAIN", "too many writes wait for one stream");
    const before = this.#lastWrite;
    const answer = before === undefined ? this.#call(method, action) : before.then(() => this.#call(method, action));
    if (!isPromiseLike(answer)) return;
    this.#writes += 1;
    const written: Promise<void> = this.#cancelable(method, answer).finally(() => {
      this.#writes -= 1;
      if (this.#lastWrite === written) this.#lastWrite = undefined;
    });
    this.#lastWrite = written;
    // Whoever made the call hears of it; it may be gone.
    written.catch(() => undefined);
    return written;
  }

  #call<T>(method: keyof ByteStream, action: () => T): T {
    if (this.#isClosed) throw new CallFailure("ECANCELED");
    try {
      return action();
    } catch (error) {
      throw streamFailure(error, this.#failing(method));
    }
  }

  #cancelable<T>(method: keyof ByteStream, answer: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      answer.then(
        (value) => {
          this.#waiting.delete(reject);
          resolve(value);
        },
        (error: unknown) => {
          if (this.#waiting.delete(reject)) reject(streamFailure(error, this.#failing(method)));
        },
      );
    });
  }

  #failing(method: keyof ByteStream): Parameters<typeof streamFailure>[1] {
    return { driver: this.#driver, method, onDiagnostic: this.#onDiagnostic };
  }
}

/** Bytes that may wait for long, without what has come beside them: a few would keep a whole chunk of a channel. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength * 2 < bytes.buffer.byteLength ? new Uint8Array(bytes) : bytes;
}
