import type { Invocations } from "./invocations.ts";
import type { RequestQueue } from "./system-calls/request-queue.ts";

/** What ended a wait. */
export type WakeReason = "slept" | "completion" | "aborted";

const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** Lets a guest's event loop sleep on the host's, with one timer that is always cleared. */
export class LoopWaiter {
  readonly #queue: RequestQueue;
  readonly #signal: AbortSignal | undefined;
  readonly #invocations: Invocations | undefined;

  constructor(queue: RequestQueue, signal: AbortSignal | undefined, invocations: Invocations | undefined) {
    this.#queue = queue;
    this.#signal = signal;
    this.#invocations = invocations;
  }

  /** Sleeps for `milliseconds` (`Infinity`: until woken), or until a completion or a call comes or the run is aborted. */
  sleep(milliseconds: number): Promise<WakeReason> {
    const signal = this.#signal;
    if (signal?.aborted === true) return Promise.resolve("aborted");
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const wake = (reason: WakeReason): void => {
        clearTimeout(timer);
        this.#queue.onCompletion(undefined);
        this.#invocations?.onAdded(undefined);
        signal?.removeEventListener("abort", abort);
        resolve(reason);
      };
      const abort = (): void => wake("aborted");
      this.#queue.onCompletion(() => wake("completion"));
      this.#invocations?.onAdded(() => wake("completion"));
      signal?.addEventListener("abort", abort, { once: true });
      if (milliseconds !== Number.POSITIVE_INFINITY) {
        timer = setTimeout(() => wake("slept"), Math.min(milliseconds, TIMEOUT_MAX_MS));
      }
    });
  }

  /** Settles when `milliseconds` have passed, the run is aborted, or `stop` fires. */
  deadline(milliseconds: number, stop: AbortSignal): Promise<void> {
    const signal = this.#signal;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        stop.removeEventListener("abort", done);
        resolve();
      };
      const timer =
        milliseconds === Number.POSITIVE_INFINITY
          ? undefined
          : setTimeout(done, Math.min(Math.max(0, milliseconds), TIMEOUT_MAX_MS));
      signal?.addEventListener("abort", done, { once: true });
      stop.addEventListener("abort", done, { once: true });
      if (signal?.aborted === true) done();
    });
  }

  /** Gives the host's event loop one turn, so that what the guest waits for can happen. */
  breathe(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
