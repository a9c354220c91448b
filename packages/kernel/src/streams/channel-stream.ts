import type { ByteStream } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { OnDiagnostic } from "../system-calls/report-fault.ts";
import { HostStream } from "./host-stream.ts";

const nothing = new Uint8Array(0);

/**
 * A channel between two guests. Who reads it may be held up: it sits in a call and waits for a message, while the answer to
 * an earlier read is on its way to its event loop. So it can read past that one.
 */
export class ChannelStream extends HostStream {
  readonly #bytes: ByteStream;
  #rest: Uint8Array = nothing;
  #hasEnded = false;
  #isClosed = false;
  /** Settles when there is more in the rest, or the end is known. */
  #asked: Promise<void> | undefined;
  /** Of the read that is under way: resolved when another has passed it. */
  #reader: PromiseWithResolvers<void> | undefined;
  /** The last answer, and how many bytes all of them have had. */
  #last: Uint8Array = nothing;
  #answered = 0;

  constructor(bytes: ByteStream, onDiagnostic: OnDiagnostic) {
    super(bytes, "channel", onDiagnostic);
    this.#bytes = bytes;
  }

  override *read(attempt: Attempt, length: number): Steps<Uint8Array> {
    if (length < 1) throw new CallFailure("EINVAL");
    if (this.#reader !== undefined) throw new CallFailure("EBUSY");
    return yield* this.#next(attempt, length);
  }

  /**
   * As {@link read}, in the place of a read that is under way, which fails with `EINTR`.
   *
   * @param taken how many bytes have come to the reader: an answer that has not come to it yet is given once more
   */
  *readPast(attempt: Attempt, length: number, taken: number): Steps<Uint8Array> {
    if (length < 1) throw new CallFailure("EINVAL");
    const late = this.#answered - taken;
    if (late !== 0) {
      if (late !== this.#last.byteLength) throw new CallFailure("EINVAL");
      return this.#last;
    }
    this.#reader?.resolve();
    return yield* this.#next(attempt, length);
  }

  override close(): void {
    super.close();
    this.#isClosed = true;
    this.#reader?.resolve();
  }

  *#next(attempt: Attempt, length: number): Steps<Uint8Array> {
    const reader = Promise.withResolvers<void>();
    this.#reader = reader;
    try {
      while (this.#rest.byteLength === 0 && !this.#hasEnded) {
        yield* attempt.settle(Promise.race([this.#ask(), reader.promise]));
        if (this.#isClosed) throw new CallFailure("ECANCELED");
        if (this.#reader !== reader) throw new CallFailure("EINTR");
      }
    } finally {
      if (this.#reader === reader) this.#reader = undefined;
    }
    this.#last = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(this.#last.byteLength);
    this.#answered += this.#last.byteLength;
    return this.#last;
  }

  #ask(): Promise<void> {
    this.#asked ??= this.#fill().finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  async #fill(): Promise<void> {
    const piece = await this.#bytes.read();
    if (piece === undefined) this.#hasEnded = true;
    else this.#rest = piece;
  }
}
