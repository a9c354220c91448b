import { VivariumError } from "@vivarium/core";
import type { RunSlots } from "./run-slots.ts";
import type { RunStart } from "./run-start.ts";

export interface RunQueueOptions {
  /** Most runs at a time; other queues may have the same. */
  readonly slots: RunSlots;
  /** Most runs that wait. */
  readonly maxQueuedRuns: number;
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

/** Bounds how many runs there are at a time, and how many others wait in order. */
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
   * Rejects with `ERR_RUN_NOT_STARTED` (at capacity), `ERR_DISPOSED`, or the reason of the start's signal.
   */
  async acquire(start: RunStart): Promise<void> {
    if (this.#closed) throw disposed();
    start.signal.throwIfAborted();
    if (this.#options.slots.take()) this.#running += 1;
    else await this.#wait(start);
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

  async #wait(start: RunStart): Promise<void> {
    const { maxQueuedRuns, slots } = this.#options;
    const most = `at capacity, with ${slots.most} runs at a time`;
    if (this.#waiting.size >= maxQueuedRuns) {
      const others = `${this.#waiting.size} others that wait (maxQueuedRuns: ${maxQueuedRuns})`;
      throw start.refusal("at-capacity", `${most} and ${others}`);
    }
    start.awaits("at-capacity", `${most}, and its turn has not come`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leaveLine = slots.wait(() => {
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
    const { signal } = start;
    const onAbort = (): void => waiter.refuse(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}

function disposed(): VivariumError {
  return new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
}
