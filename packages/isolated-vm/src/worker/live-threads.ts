import { existsSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { VivariumError } from "@vivarium/core";
import { loadThreadControls, type ThreadControls } from "@vivarium/guest-node";
import { addLate, leaveWithoutLost, lostThreads, MOST_LOST_THREADS, removeLate } from "./lost-threads.ts";

/** How often a thread that is to end, and has not, is interrupted again, in milliseconds. */
const INTERRUPT_EVERY_MS = 50;
/** How long a thread that is to end may take, in milliseconds, before it counts as lost for as long as it is there. */
const LATE_MS = 1000;
/** How long whoever disposes of a driver waits for its threads, in milliseconds. */
const LAST_GRACE_MS = 1000;

/** How a thread is known. Both are 0 as long as it has not started. */
export interface ThreadNumbers {
  /** See `CurrentThread`. */
  readonly mark: number;
  readonly systemThread: number;
}

interface LiveThread {
  readonly worker: Worker;
  readonly numbers: () => ThreadNumbers;
  readonly gone: PromiseWithResolvers<void>;
}

/** The threads of one driver's cells, until they have ended. */
export class LiveThreads {
  readonly #controls: ThreadControls = loadThreadControls();
  readonly #threads: Map<Worker, LiveThread> = new Map();
  #parked = 0;
  /** Node waits for its threads when it exits; a guest that never comes back would keep it. */
  readonly #onExit: (code: number) => void = (code) => {
    for (const thread of this.#threads.values()) {
      void thread.worker.terminate();
      this.#interrupt(thread);
    }
    leaveWithoutLost(this.#onExit, code, () => ![...this.#threads.values()].some(isThere));
  };

  /** @throws VivariumError `ERR_CELL_FAILED` when too many threads of this process cannot be ended */
  assertRoom(): void {
    const lost = lostThreads(this.#controls);
    if (lost < MOST_LOST_THREADS) return;
    const problem = `${lost} threads of this process do not end: V8 gave up on their guests, or does not listen in them`;
    throw new VivariumError("ERR_CELL_FAILED", { problem });
  }

  add(worker: Worker, numbers: () => ThreadNumbers): void {
    if (this.#threads.size === 0 && this.#parked === 0) process.on("exit", this.#onExit);
    const thread: LiveThread = { worker, numbers, gone: Promise.withResolvers() };
    this.#threads.set(worker, thread);
    worker.once("exit", () => {
      this.#forget(thread);
      this.#controls.returnFreeMemory();
    });
  }

  /** Ends a thread, whatever its guest does, as soon as V8 lets it. */
  end(worker: Worker): void {
    const thread = this.#threads.get(worker);
    if (thread === undefined || this.parkedFor(thread.numbers().mark) !== 0) return;
    void worker.terminate();
    this.#interrupt(thread);
    const again = setInterval(() => this.#interrupt(thread), INTERRUPT_EVERY_MS).unref();
    const late = setTimeout(() => addLate(worker), LATE_MS).unref();
    void thread.gone.promise.then(() => {
      clearInterval(again);
      clearTimeout(late);
      removeLate(worker);
    });
  }

  /** Why the thread with that mark sleeps for ever: `PARKED`, or 0 when it does not. */
  parkedFor(mark: number): number {
    return this.#controls.parkedFor(mark);
  }

  /** The thread sleeps for ever: nobody waits for it, but the exit of this process. */
  giveUp(worker: Worker): void {
    const thread = this.#threads.get(worker);
    if (thread === undefined) return;
    worker.unref();
    this.#parked += 1;
    this.#forget(thread);
  }

  /**
   * Settles when all threads have ended that were told to, or when they take too long: answers how many are left, which
   * end by themselves as soon as V8 lets them.
   */
  async ended(): Promise<number> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LAST_GRACE_MS);
    try {
      await Promise.race([Promise.all([...this.#threads.values()].map(({ gone }) => gone.promise)), late]);
    } finally {
      clearTimeout(timer);
    }
    return this.#threads.size;
  }

  #forget(thread: LiveThread): void {
    this.#threads.delete(thread.worker);
    if (this.#threads.size === 0 && this.#parked === 0) process.off("exit", this.#onExit);
    thread.gone.resolve();
  }

  #interrupt({ numbers }: LiveThread): void {
    const { mark } = numbers();
    if (mark !== 0) this.#controls.interruptGuests(mark);
  }
}

/** Whether the system still has the thread; false where it does not tell. */
function isThere({ numbers }: LiveThread): boolean {
  const { systemThread } = numbers();
  return systemThread !== 0 && process.platform === "linux" && existsSync(`/proc/self/task/${systemThread}`);
}
