import { VivariumError } from "@vivarium/core";

type Reason = VivariumError<"ERR_RUN_NOT_STARTED">["detail"]["reason"];

/** By so much may a timer be late on a busy machine, in milliseconds. */
const HELD_UP_MS = 200;

export interface RunStartOptions {
  /** How long the program may take to begin, in milliseconds. @default Infinity */
  readonly queueTimeLimitMs?: number | undefined;
  /** As that, as whoever asks for this run has it. @default Infinity */
  readonly startTimeLimitMs?: number | undefined;
  /** Ends the wait, and later the run. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A run until its program begins, from when it was asked for: whatever it waits for meanwhile (its turn, a place, a cell, a
 * guest), it says what that is and waits with this signal, so that one limit holds for all of it.
 */
export class RunStart implements Disposable {
  readonly #askedAt: number = performance.now();
  readonly #controller: AbortController = new AbortController();
  readonly #options: RunStartOptions;
  readonly #onAbort: () => void = () => this.#controller.abort(this.#options.signal?.reason);
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #limitMs: number;
  #awaited: { readonly reason: Reason; readonly problem: string } = {
    reason: "no-cell",
    problem: "nothing came of it",
  };
  #hasBegun = false;

  constructor(options: RunStartOptions = {}) {
    this.#options = options;
    const {
      queueTimeLimitMs = Number.POSITIVE_INFINITY,
      startTimeLimitMs = Number.POSITIVE_INFINITY,
      signal,
    } = options;
    const limit = Math.min(queueTimeLimitMs, startTimeLimitMs);
    this.#limitMs = limit;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted === true) this.#onAbort();
    const onLate = (): void => this.#controller.abort(this.#late());
    this.#timer = limit === Number.POSITIVE_INFINITY ? undefined : setTimeout(onLate, limit);
  }

  /** That of the run; until the program begins it fires also, with the error for whoever waits, when that takes too long. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** What it waits for from here on, by the reason and the problem that it has if that does not come in time. */
  awaits(reason: Reason, problem: string): void {
    this.#awaited = { reason, problem };
  }

  /** Throws when the wait has been too long. A host whose own thread was taken meanwhile has heard no timer. */
  assertInTime(): void {
    this.signal.throwIfAborted();
    if (performance.now() - this.#askedAt >= this.#limitMs) throw this.#late();
  }

  /** The program begins: there is no limit on that any more. */
  begin(): void {
    this.#hasBegun = true;
    clearTimeout(this.#timer);
  }

  /** What the embedder is told when whatever it waits for has not come within `limit`. */
  overdue(limit: string, cause?: unknown): VivariumError {
    const { reason, problem } = this.#awaited;
    return this.refusal(reason, `${problem} within ${limit}`, cause);
  }

  /** What the embedder is told of a program that does not begin. */
  refusal(reason: Reason, problem: string, cause?: unknown): VivariumError {
    const waitedMs = performance.now() - this.#askedAt;
    return new VivariumError("ERR_RUN_NOT_STARTED", { reason, problem, waitedMs }, { cause });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  #late(): VivariumError {
    // No timer is so late by itself: whatever it has waited for had no chance to come.
    if (performance.now() - this.#askedAt > this.#limitMs + HELD_UP_MS)
      return this.refusal(
        "at-capacity",
        `the host's event loop was held up for longer than the ${this.#limitMs} ms in which it was to begin`,
      );
    const isQueues = this.#limitMs === this.#options.queueTimeLimitMs;
    return this.overdue(`${this.#limitMs} ms${isQueues ? " (queueTimeLimitMs)" : ""}`);
  }
}
