import type { Worker } from "node:worker_threads";
import { loadThreadControls, type ThreadControls } from "@vivarium/guest-node";

/** How often a thread that is to end, and has not, is interrupted again, in milliseconds. */
const INTERRUPT_EVERY_MS = 50;
/** How long whoever disposes of a driver waits for its threads, in milliseconds. */
const LAST_GRACE_MS = 10_000;

interface LiveThread {
  readonly worker: Worker;
  /** By which its guests are known; 0 as long as it has none. */
  readonly mark: () => number;
  readonly gone: Promise<void>;
}

/** The threads of one driver's cells, until they have ended. */
export class LiveThreads {
  readonly #controls: ThreadControls = loadThreadControls();
  readonly #threads: Map<Worker, LiveThread> = new Map();
  /** Node waits for its threads when it exits; a guest that never comes back would keep it. */
  readonly #onExit: () => void = () => {
    for (const thread of this.#threads.values()) this.#interrupt(thread);
  };

  add(worker: Worker, mark: () => number): void {
    if (this.#threads.size === 0) process.on("exit", this.#onExit);
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    this.#threads.set(worker, { worker, mark, gone });
    worker.once("exit", () => {
      this.#threads.delete(worker);
      if (this.#threads.size === 0) process.off("exit", this.#onExit);
      resolve();
    });
  }

  /** Ends a thread, whatever its guest does, as soon as V8 lets it. */
  end(worker: Worker): void {
    const thread = this.#threads.get(worker);
    if (thread === undefined) return;
    void worker.terminate();
    this.#interrupt(thread);
    const again = setInterval(() => this.#interrupt(thread), INTERRUPT_EVERY_MS).unref();
    void thread.gone.then(() => clearInterval(again));
  }

  /**
   * Settles when all threads have ended that were told to, or when they take too long: answers how many are left, which
   * end by themselves as soon as V8 lets them.
   */
  async ended(): Promise<number> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LAST_GRACE_MS);
    try {
      await Promise.race([Promise.all([...this.#threads.values()].map(({ gone }) => gone)), late]);
    } finally {
      clearTimeout(timer);
    }
    return this.#threads.size;
  }

  #interrupt({ mark }: LiveThread): void {
    const of = mark();
    if (of !== 0) this.#controls.interruptGuests(of);
  }
}
