import { NetworkError } from "@vivarium/core";

export interface RequestClockOptions {
  readonly limitMs: number;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
  /** The exchange is over, or is to be. May be called more than once. */
  readonly onStop: () => void;
}

/** The time of one exchange: its signal fires when that is up, or nobody waits any more. */
export class RequestClock {
  readonly #controller: AbortController = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #stop: () => void;
  #failure: NetworkError | undefined;

  constructor({ limitMs, signal, onStop }: RequestClockOptions) {
    this.#timer = setTimeout(() => {
      this.fail(new NetworkError("ETIMEDOUT", { reason: `the exchange has taken longer than ${limitMs} ms` }));
    }, limitMs);
    const abort = (): void => this.fail(new NetworkError("ECANCELED"));
    signal.addEventListener("abort", abort, { once: true });
    this.#stop = () => {
      signal.removeEventListener("abort", abort);
      onStop();
    };
    if (signal.aborted) abort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the exchange. */
  fail(failure: NetworkError): void {
    this.#failure ??= failure;
    this.stop();
    this.#controller.abort(this.#failure);
  }

  /** Why it has fired. */
  readonly failure = (): NetworkError | undefined => this.#failure;

  /** The exchange is over. */
  readonly stop = (): void => {
    clearTimeout(this.#timer);
    this.#stop();
  };
}
