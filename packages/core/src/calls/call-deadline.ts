/** Why a call is given up before it is over. */
export type GivenUp = { readonly reason: "timeout" } | { readonly reason: "aborted"; readonly cause: unknown };

/** Node's timers take no more. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The signal of one call: it fires when the call takes too long, or whoever made it gives it up. */
export class CallDeadline implements Disposable {
  readonly #controller: AbortController = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#giveUp({ reason: "aborted", cause: this.#signal?.reason });
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #givenUp: GivenUp | undefined;

  /** @param timeoutMs in milliseconds; `Infinity`: it may take as long as it likes */
  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted === true) this.#onAbort();
    if (timeoutMs > MAX_DELAY_MS) return;
    this.#timer = setTimeout(() => this.#giveUp({ reason: "timeout" }), timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Undefined as long as it is not. */
  get givenUp(): GivenUp | undefined {
    return this.#givenUp;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  #giveUp(why: GivenUp): void {
    this.#givenUp ??= why;
    this.#controller.abort();
  }
}
