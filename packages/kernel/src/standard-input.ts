import { isPromiseLike, type MaybePromise, type StdinSource } from "@vivarium/core";
import type { Attempt } from "./attempt.ts";
import { joined } from "./file-system/joined-chunks.ts";
import type { Steps } from "./maybe-async.ts";
import { CallFailure } from "./system-calls/call-failure.ts";
import { type OnDiagnostic, reportFault } from "./system-calls/report-fault.ts";

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/** What a guest reads from descriptor 0. A source is read only as far as the guest reads. */
export class StandardInput {
  readonly #onDiagnostic: OnDiagnostic;
  readonly #source: AsyncIterable<string | Uint8Array> | undefined;
  #iterator: AsyncIterator<string | Uint8Array> | undefined;
  #rest: Uint8Array;
  #ended: boolean;
  #asked: Promise<void> | undefined;

  constructor(source: StdinSource, onDiagnostic: OnDiagnostic) {
    this.#onDiagnostic = onDiagnostic;
    const isWhole = typeof source === "string" || source instanceof Uint8Array;
    this.#source = isWhole ? undefined : source;
    this.#rest = isWhole ? bytesOf(source) : nothing;
    this.#ended = isWhole;
  }

  /** Up to `length` bytes; none at the end. */
  *read(attempt: Attempt, length: number): Steps<Uint8Array> {
    while (this.#rest.byteLength === 0 && !this.#ended && length > 0) yield* attempt.settle(this.#ask(attempt));
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(bytes.byteLength);
    return bytes;
  }

  *readRest(attempt: Attempt): Steps<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const bytes = yield* this.read(attempt, Number.MAX_SAFE_INTEGER);
      if (bytes.byteLength === 0) return joined(chunks, total);
      chunks.push(bytes);
      total += bytes.byteLength;
    }
  }

  /** Tells the source that no more is wanted. */
  async dispose(): Promise<void> {
    this.#ended = true;
    this.#rest = nothing;
    try {
      const ended = this.#iterator?.return?.();
      // An iterator that waits for its next value ends only when that has come: nobody waits for it.
      if (isPromiseLike(ended)) Promise.resolve(ended).catch(() => undefined);
    } catch {
      // A source that cannot end is the embedder's.
    }
  }

  /** Asks the source for more, once for all who wait. */
  #ask(attempt: Attempt): MaybePromise<void> {
    if (!attempt.mayWait) {
      throw new CallFailure("ENOTSUP", "an inline cell cannot wait for standard input; read it asynchronously");
    }
    this.#asked ??= this.#pull().finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  async #pull(): Promise<void> {
    try {
      this.#iterator ??= this.#source?.[Symbol.asyncIterator]();
      const step = await this.#iterator?.next();
      if (step === undefined || step.done === true) this.#ended = true;
      else this.#rest = bytesOf(step.value);
    } catch (cause) {
      this.#ended = true;
      reportFault(this.#onDiagnostic, "ERR_STDIN_SOURCE", {}, cause);
      throw new CallFailure("EIO");
    }
  }
}

function bytesOf(chunk: string | Uint8Array): Uint8Array {
  if (typeof chunk === "string") return encoder.encode(chunk);
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError("A source of standard input has to give strings or bytes");
}
