import { type ByteStream, isPromiseLike, type MaybePromise } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type OnDiagnostic, reportFault } from "../system-calls/report-fault.ts";
import { streamFailure } from "./stream-failure.ts";

/** Writes of one stream that wait for their turn. */
const MOST_WRITES = 64;

const nothing = new Uint8Array(0);

/** A byte stream as one guest uses it: one read at a time, writes in order, and an end to all of it when it is closed. */
export class HostStream {
  readonly bytes: ByteStream;
  readonly #driver: string;
  readonly #onDiagnostic: OnDiagnostic;
  #rest: Uint8Array = nothing;
  #piece: Promise<Uint8Array | undefined> | undefined;
  #isReading = false;
  #hasEnded = false;
  #isShut = false;
  #isClosed = false;
  #writes = 0;
  #lastWrite: Promise<void> | undefined;
  /** What waits for the stream. */
  readonly #waiting: Set<(failure: CallFailure) => void> = new Set();

  constructor(bytes: ByteStream, driver: string, onDiagnostic: OnDiagnostic) {
    this.bytes = bytes;
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
    if (bytes.byteLength > 0) yield* attempt.settle(this.#inTurn("write", () => this.bytes.write(bytes)));
  }

  *shutdown(attempt: Attempt): Steps<void> {
    if (this.#isShut) return;
    this.#isShut = true;
    yield* attempt.settle(this.#inTurn("end", () => this.bytes.end()));
  }

  /** Ends it, and whatever waits for it. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rest = nothing;
    try {
      this.bytes.destroy();
    } catch (error) {
      streamFailure(error, this.#failing("destroy"));
    }
    for (const fail of [...this.#waiting]) fail(new CallFailure("ECANCELED"));
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
    if (this.#piece !== undefined) return this.#piece;
    const answer = this.#call("read", () => this.bytes.read());
    if (!isPromiseLike(answer)) return answer;
    const asked: Promise<Uint8Array | undefined> = this.#cancelable("read", answer).finally(() => {
      if (this.#piece === asked) this.#piece = undefined;
    });
    this.#piece = asked;
    return asked;
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
