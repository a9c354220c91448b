import { type LoadedGuest, NetworkError, type RequestBounds } from "@vivarium/core";

export interface RequestTimeOptions {
  readonly bounds: RequestBounds;
  /** Of whoever asks. */
  readonly signal: AbortSignal;
  readonly port: number;
  /** Absent of a program that does not stay: its run has a budget of its own. */
  readonly guest: LoadedGuest | undefined;
  /** What a request may use where nothing is said, in milliseconds. */
  readonly cpuTimeLimitMs: number;
}

const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/**
 * What one request to a guest may take: time, and CPU time, which the guest's cell counts as that of a call. Its signal
 * fires when either is used up, or whoever has asked gives up.
 */
export class RequestTime {
  readonly #over: AbortController = new AbortController();
  readonly #stop: AbortController = new AbortController();
  readonly #options: RequestTimeOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #failure: NetworkError | undefined;

  constructor(options: RequestTimeOptions) {
    this.#options = options;
    const { bounds, signal, guest } = options;
    if (signal.aborted) this.#stop.abort(signal.reason);
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (bounds.timeoutMs <= TIMEOUT_MAX_MS) {
      const reason = `the request has taken longer than ${bounds.timeoutMs} ms`;
      this.#timer = setTimeout(() => this.#fail(reason), bounds.timeoutMs);
    }
    if (guest !== undefined) void this.#count(guest);
  }

  /** Fires when the exchange is to end. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** What has been used up. */
  get failure(): NetworkError | undefined {
    return this.#failure;
  }

  /** The exchange is over, its body included. Idempotent. */
  readonly over = (): void => {
    if (this.#over.signal.aborted) return;
    const { bounds, signal } = this.#options;
    this.#over.abort();
    clearTimeout(this.#timer);
    signal.removeEventListener("abort", this.#onAbort);
    bounds.onOver?.();
  };

  readonly #onAbort = (): void => this.#stop.abort(this.#options.signal.reason);

  async #count(guest: LoadedGuest): Promise<void> {
    const { bounds, port, cpuTimeLimitMs: usual } = this.#options;
    const target = { kind: "request", id: port } as const;
    const cpuTimeLimitMs = bounds.cpuTimeLimitMs ?? usual;
    const report = await guest.invoke({ target, args: [], cpuTimeLimitMs, signal: this.#over.signal });
    if (report.kind === "cpu-time-limit")
      this.#fail(`the guest has used more than ${report.limitMs} ms of CPU time for it`);
  }

  #fail(reason: string): void {
    if (this.#over.signal.aborted) return;
    this.#failure = new NetworkError("ETIMEDOUT", { reason });
    this.#stop.abort(this.#failure);
  }
}
