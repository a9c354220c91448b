import type { SystemCallResult } from "@vivarium/core";
import type { GuestDoor } from "./guest-door.ts";
import { LoopWaiter } from "./loop-waiter.ts";
import { AWAKE_MS, Pace } from "./pace.ts";
import type { RunGuestOptions } from "./run-guest.ts";

/** Turns without a wait before the host's event loop gets its turn. */
const TURNS_PER_BREATH = 64;
/** No turn of the host is held up for longer by a guest that is always ready, where entries are short. */
const BREATH_EVERY_MS = 8;

/** After such a wait a guest counts as idle, in milliseconds. */
const IDLE_MS = 500;
/** By how much its heap has grown since it was last collected, in bytes, before it pays to do so again. */
const WORTHWHILE_BYTES = 1024 * 1024;

/** Turns the event loop of one guest on that of its cell. */
export class GuestLoop {
  readonly #options: RunGuestOptions;
  readonly #door: GuestDoor;
  readonly #waiter: LoopWaiter;
  /** Looks between two entries whether there is something else to enter the guest for. False when it has ended. */
  readonly #between: () => boolean;
  readonly #pace: Pace = new Pace();
  #heapKept = 0;
  #breathedAt = performance.now();
  #turns = 0;

  constructor(options: RunGuestOptions, door: GuestDoor, between: () => boolean) {
    this.#options = options;
    this.#door = door;
    this.#between = between;
    this.#waiter = new LoopWaiter(options.calls.queue, options.signal, options.invocations);
  }

  /** Whether it is time for the cell's own event loop. */
  get isBreathless(): boolean {
    return performance.now() - this.#breathedAt > BREATH_EVERY_MS;
  }

  /** Whether a call of the host waits for it. */
  get #isCalled(): boolean {
    return this.#options.invocations?.isWaiting === true;
  }

  /** Turns until nothing keeps the loop alive. False when the guest has ended. */
  async run(): Promise<boolean> {
    for (;;) {
      // Before a call of the host the guest has all answers that came before it.
      const answers = this.#deliver(this.#isCalled);
      if (answers === undefined || !this.#between()) return false;
      const pause = this.#door.enterFor("turn", answers);
      if (pause === undefined) return false;
      if (this.#options.calls.takeWantsTasks() && this.#options.leavesTasks !== true) {
        if (!(await this.#runTasks())) return false;
        continue;
      }
      if (pause < 0 && !this.#isCalled) return true;
      if (!(await this.#rest(Math.max(0, pause)))) return false;
    }
  }

  /** Waits until there is something to enter the guest for. False when it has ended. */
  async untilCalled(): Promise<boolean> {
    if (!(await this.#stayAwake())) await this.#sleep(Number.POSITIVE_INFINITY);
    this.#pace.beat();
    return this.#door.goesOn();
  }

  /** Waits for a moment without sleep where calls come fast. False when there was nothing to enter the guest for. */
  async #stayAwake(): Promise<boolean> {
    if (!this.#pace.isQuick) return false;
    const until = performance.now() + AWAKE_MS;
    do {
      await this.#waiter.breathe();
      if (this.#isCalled || this.#options.calls.queue.peek() || this.#options.signal?.aborted === true) {
        this.#breathed();
        return true;
      }
    } while (performance.now() < until);
    this.#pace.missed();
    return false;
  }

  /** Gives the cell's own event loop a turn, if it is time for that. */
  async giveWay(): Promise<void> {
    if (!this.isBreathless) return;
    await this.#waiter.breathe();
    this.#breathed();
  }

  /** What lies between two turns. */
  async #rest(pause: number): Promise<boolean> {
    const taken = this.#options.outputTaken?.();
    if (taken !== undefined) await this.#within(taken);
    const completion = this.#options.calls.queue.peek() || this.#isCalled;
    if (pause === 0 || completion) {
      this.#turns += 1;
      if (this.#turns >= TURNS_PER_BREATH || this.isBreathless) {
        await this.#waiter.breathe();
        this.#breathed();
      }
    } else await this.#sleep(pause);
    return this.#door.goesOn();
  }

  /** What V8 has put off; what comes of it is for the next turn. */
  async #runTasks(): Promise<boolean> {
    let done = false;
    const running = this.#options.isolate.runTasks().then(() => {
      done = true;
    });
    while (!done && this.#door.goesOn()) await this.#within(running, this.#taskTimeMs());
    return this.#door.goesOn();
  }

  /** The tasks may use the processor all the time. */
  #taskTimeMs(): number {
    return Math.max(1, Math.min(this.#door.budget.wallLeftMs(), this.#door.budget.cpuLeftMs()));
  }

  async #sleep(pause: number): Promise<void> {
    const left = this.#door.budget.wallLeftMs();
    const idle = this.#options.collectsWhenIdle === true ? setTimeout(() => this.#collect(), IDLE_MS) : undefined;
    const reason = await this.#waiter.sleep(Math.max(0, Math.min(pause, Math.ceil(left))));
    clearTimeout(idle);
    if (reason === "slept" && pause <= left) this.#options.calls.clock.slept(pause);
    this.#breathed();
  }

  /** Collects garbage, unless there can be little; the memory is the cell's, which other guests share. */
  #collect(): void {
    const { isolate } = this.#options;
    if (isolate.memory().heapUsed < this.#heapKept + WORTHWHILE_BYTES) return;
    if (this.#door.enter("collectGarbage", [])) this.#heapKept = isolate.memory().heapUsed;
  }

  /** Waits for the embedder, but not beyond the deadline. */
  async #within(taken: Promise<void>, left = this.#door.budget.wallLeftMs()): Promise<void> {
    const settled = taken.then(
      () => undefined,
      () => undefined,
    );
    const stop = new AbortController();
    await Promise.race([settled, this.#waiter.deadline(left, stop.signal)]);
    stop.abort();
    this.#breathed();
  }

  #breathed(): void {
    this.#breathedAt = performance.now();
    this.#turns = 0;
  }

  /**
   * Delivers the answers that have come, of which the last may be delivered with the next turn. Undefined when the guest
   * has ended.
   */
  #deliver(all: boolean): SystemCallResult[] | undefined {
    const { calls } = this.#options;
    for (;;) {
      const answers = calls.takeDelivery();
      if (answers.length === 0 || (!all && !calls.queue.peek())) return answers;
      if (!this.#door.enter("deliver", answers)) return undefined;
      if (this.isBreathless) return [];
    }
  }
}
