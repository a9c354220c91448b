import { VivariumError } from "@vivarium/core";
import type { RunSlots } from "./run-slots.ts";

export interface RunQueueOptions {
  /** Most runs at a time; other queues may have the same. */
  readonly slots: RunSlots;
  /** Most runs that wait. */
  readonly maxQueuedRuns: number;
  /** The longest that a run waits, in milliseconds; `Infinity`: for ever. */
  readonly queueTimeLimitMs: number;
}

/** How busy the queue is; see `RuntimeDriverStatus`. */
export interface RunQueueStatus {
  readonly running: number;
  readonly queued: number;
  readonly longestWaitMs: number;
}

interface Waiter {
  readonly since: number;
  refuse(error: unknown): void;
}

/** Bounds how many runs there are at a time, and how many others wait in order, and how long. */
export class RunQueue {
  readonly #options: RunQueueOptions;
  readonly #waiting: Set<Waiter> = new Set();
  #running = 0;
  #closed = false;

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  get status(): RunQueueStatus {
    const [first] = this.#waiting;
    const longestWaitMs = first === undefined ? 0 : performance.now() - first.since;
    return { running: this.#running, queued: this.#waiting.size, longestWaitMs };
  }

  /**
   * Waits for a slot; give it back with {@link release}.
   * Rejects with `ERR_RUN_NOT_STARTED` (at capacity), `ERR_DISPOSED`, or the reason of `signal`.
   */
  async acquire(signal?: AbortSignal): Promise<void> {
    if (this.#closed) throw disposed();
    signal?.throwIfAborted();
    if (this.#options.slots.take()) this.#running += 1;
    else await this.#wait(signal);
  }

  release(): void {
    this.#running -= 1;
    this.#options.slots.give();
  }

  /** Refuses whoever waits, and comes. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const waiter of [...this.#waiting]) waiter.refuse(disposed());
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const { maxQueuedRuns, queueTimeLimitMs } = this.#options;
    if (this.#waiting.size >= maxQueuedRuns) throw this.#full();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leaveLine = this.#options.slots.wait(() => {
      this.#waiting.delete(waiter);
      this.#running += 1;
      resolve();
    });
    const waiter: Waiter = {
      since: performance.now(),
      refuse: (error) => {
        leaveLine();
        this.#waiting.delete(waiter);
        reject(error);
      },
    };
    this.#waiting.add(waiter);
    const onAbort = (): void => waiter.refuse(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer =
      queueTimeLimitMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => waiter.refuse(this.#late(performance.now() - waiter.since)), queueTimeLimitMs);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #full(): VivariumError {
    const { slots, maxQueuedRuns } = this.#options;
    const waiting = `${this.#waiting.size} others that wait (maxQueuedRuns: ${maxQueuedRuns})`;
    return atCapacity(`at capacity, with ${slots.most} runs at a time and ${waiting}`, 0);
  }

  #late(waitedMs: number): VivariumError {
    const { slots, queueTimeLimitMs } = this.#options;
    const limit = `within ${queueTimeLimitMs} ms (queueTimeLimitMs)`;
    return atCapacity(`at capacity, with ${slots.most} runs at a time, and its turn has not come ${limit}`, waitedMs);
  }
}

function atCapacity(problem: string, waitedMs: number): VivariumError {
  return new VivariumError("ERR_RUN_NOT_STARTED", { reason: "at-capacity", problem, waitedMs });
}

function disposed(): VivariumError {
  return new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
}
