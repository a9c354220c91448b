import type { Limits, Outcome } from "@vivarium/core";
import { CallMeter } from "@vivarium/kernel";
import { allowanceOf, type Ending, type RunLine } from "./run-line.ts";

/** How long a cell may take to make a guest ready when none waits, in milliseconds. */
export const BOOT_GRACE_MS = 20_000;
/** How long after a wall-clock deadline the cell may still be about to report it, in milliseconds. */
export const WALL_GRACE_MS = 500;
/** How long a cell may take to heed an abort, in milliseconds. */
export const ABORT_GRACE_MS = 250;

/** Threads that a cell's process may have: V8's and libuv's for every core, and those that isolated-vm keeps limits with. */
export const MOST_THREADS = 512;
/** How often the size of a cell's process is looked at while a run is on, in milliseconds. */
export const SIZE_WATCH_MS = 50;
/** The same while a program that stays has no call, in milliseconds. */
const RESTING_SIZE_WATCH_MS = 1000;

/** The longest delay that a timer takes, in milliseconds. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Calls that may come at once beyond those of two seconds: what a cell has sent and the host, if it was busy, not heard. */
const CALLS_GRACE = 256;

type TimerName = "boot" | "wall" | "cpu" | "size" | "abort";

/** What the machine tells of a run's cell, and what of it may be others'. */
export type RunUsage = Pick<RunLine, "cpuTimeMs" | "size" | "others">;

interface CpuWatch {
  /**
   * CPU time of the cell's process when the watch began, in milliseconds. Undefined until it is first asked for, which takes
   * as long as a short call: when all could have been used that may be.
   */
  readonly usedBefore: number | undefined;
  /** What may be used since then, in milliseconds. */
  readonly mayUseMs: () => number;
}

export interface DeadlineEvents {
  /** The run has to end, or its cell with it; it then has this outcome. */
  expire(outcome: Outcome, what: Ending): void;
  /** The guest is not entered in time. */
  onLate(): void;
}

/** The host's own watch over a run: it fires only when the cell has not kept a limit by itself. */
export class RunDeadlines {
  readonly #limits: Limits;
  readonly #usage: RunUsage;
  readonly #expire: DeadlineEvents["expire"];
  readonly #meter: CallMeter;
  /** CPU time that the calls since the guest last had none may use. */
  #callsMayUseMs = 0;
  /** What the cell's process had when this run started, in bytes, where the machine tells. */
  #bytesBefore: number | undefined;
  #isResting = false;
  /** Whether the next look at the size is a resting one's. */
  #looksSeldom = false;
  readonly #timers: Map<TimerName, NodeJS.Timeout> = new Map();

  constructor(limits: Limits, usage: RunUsage, { expire, onLate }: DeadlineEvents) {
    this.#limits = limits;
    this.#usage = usage;
    this.#expire = expire;
    this.#meter = new CallMeter({ limits, burst: 2 * limits.systemCallRateLimit + CALLS_GRACE });
    this.#set("boot", BOOT_GRACE_MS, onLate);
  }

  /** The guest runs: its time counts from now on. */
  started(): void {
    this.#clear("boot");
    const { wallTimeLimitMs, cpuTimeLimitMs } = this.#limits;
    if (wallTimeLimitMs !== Number.POSITIVE_INFINITY)
      this.#watchWall(performance.now() + wallTimeLimitMs + WALL_GRACE_MS);
    const usedBefore = this.#usage.cpuTimeMs();
    if (cpuTimeLimitMs !== Number.POSITIVE_INFINITY && usedBefore !== undefined) {
      this.#watchCpu({ usedBefore, mayUseMs: () => allowanceOf(this.#limits).cpuTimeMs }, usedBefore);
    }
    const size = this.#usage.size();
    if (size === undefined) return;
    this.#bytesBefore = size.bytes;
    this.#watchSize();
  }

  /** What the cell's process has grown by for this run, in bytes; undefined where the machine does not tell. */
  grownBytes(): number | undefined {
    const size = this.#bytesBefore === undefined ? undefined : this.#usage.size();
    return size === undefined ? undefined : size.bytes - (this.#bytesBefore ?? 0);
  }

  /** The program has been evaluated, and stays: its limits of time were those of its evaluation. */
  loaded(): void {
    this.#clear("wall");
    this.rested();
  }

  /** The guest is given a call with this limit of CPU time (ms), which its cell keeps: this is for one that does not. */
  invoked(cpuTimeLimitMs: number): void {
    this.#isResting = false;
    if (this.#looksSeldom) this.#watchSize();
    this.#callsMayUseMs += allowanceOf({ ...this.#limits, cpuTimeLimitMs }).cpuTimeMs;
    if (!this.#timers.has("cpu")) this.#watchCpu({ usedBefore: undefined, mayUseMs: () => this.#callsMayUseMs });
  }

  /** The guest has no calls. */
  rested(): void {
    this.#callsMayUseMs = 0;
    this.#isResting = true;
    this.#clear("cpu");
  }

  /** A call of the guest has come: its cell counts them too, and all of them, so that an honest one is never ended here. */
  called(): void {
    const exceeded = this.#meter.count();
    if (exceeded !== undefined) this.#expire(exceeded, "cell");
  }

  /** The cell has been told to end the run. */
  aborted(outcome: Outcome): void {
    this.#set("abort", ABORT_GRACE_MS, () => this.#expire(outcome, "run"));
  }

  clear(): void {
    for (const name of [...this.#timers.keys()]) this.#clear(name);
  }

  #watchWall(deadline: number): void {
    const left = deadline - performance.now();
    if (left <= 0) this.#expire({ kind: "wall-time-limit", code: 124, limitMs: this.#limits.wallTimeLimitMs }, "run");
    else this.#set("wall", left, () => this.#watchWall(deadline));
  }

  /** A process cannot use more CPU time than time passes, times its cores: so it is asked again when it could have. */
  #watchCpu(watch: CpuWatch, usedMs = 0): void {
    const left = (watch.usedBefore ?? 0) + watch.mayUseMs() + this.#usage.others.cpuTimeMs - usedMs;
    // As much as others have a right to, without a bound, tells nothing of this one.
    if (left === Number.POSITIVE_INFINITY) return;
    if (left <= 0) {
      this.#expire({ kind: "cpu-time-limit", code: 124, limitMs: this.#limits.cpuTimeLimitMs }, "cell");
      return;
    }
    this.#set("cpu", left, () => {
      const now = this.#usage.cpuTimeMs();
      if (now !== undefined) this.#watchCpu({ ...watch, usedBefore: watch.usedBefore ?? now }, now);
    });
  }

  #watchSize(): void {
    if (this.#bytesBefore === undefined) return;
    const mostBytes = this.#bytesBefore + allowanceOf(this.#limits).bytes;
    this.#looksSeldom = this.#isResting;
    this.#set("size", this.#isResting ? RESTING_SIZE_WATCH_MS : SIZE_WATCH_MS, () => {
      const now = this.#usage.size();
      if (now === undefined) return;
      if (now.bytes > mostBytes + this.#usage.others.bytes) {
        const { memoryLimit, processOverheadLimit } = this.#limits;
        const limitMiB = memoryLimit + processOverheadLimit;
        this.#expire({ kind: "process-memory-limit", code: 1, limitMiB }, "cell");
      } else if (now.threads > MOST_THREADS)
        this.#expire({ kind: "crashed", code: 1, errorMessage: "The cell has started too many threads" }, "cell");
      else this.#watchSize();
    });
  }

  #set(name: TimerName, delayMs: number, action: () => void): void {
    this.#clear(name);
    this.#timers.set(name, setTimeout(action, Math.min(Math.ceil(delayMs), MAX_DELAY_MS)));
  }

  #clear(name: TimerName): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
