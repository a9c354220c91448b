import type { Execution, ExecutionReport, GuestConfig, GuestEntries, GuestEntryName, Outcome } from "@vivarium/core";
import type { EntryResult, GuestIsolate } from "./guest-isolate.ts";
import { LoopWaiter } from "./loop-waiter.ts";
import { RunBudget } from "./run-budget.ts";
import type { GuestCalls } from "./system-calls/guest-calls.ts";
import { type OnDiagnostic, reportFault } from "./system-calls/report-fault.ts";

/** What one run of a program in a guest needs. */
export interface RunGuestOptions {
  readonly isolate: GuestIsolate;
  /** The calls that are installed in it, for which the run has begun. */
  readonly calls: GuestCalls;
  readonly execution: Pick<Execution, "code" | "filePath" | "mode" | "limits">;
  readonly config: GuestConfig;
  readonly signal?: AbortSignal;
  readonly onDiagnostic: OnDiagnostic;
  /** True for a program of ours in a process that is to be copied: V8's tasks would start a thread. @default false */
  readonly leavesTasks?: boolean;
  /** Processor time that this thread has spent in the guest's calls, only to wait, in milliseconds: not the guest's. */
  readonly waitedCpuMs?: () => number;
  /** Whether to collect the guest's garbage when it has nothing to do for a while. @default false */
  readonly collectsWhenIdle?: boolean;
  /** Waits until the listener has taken all output: a guest does not run ahead of it by more than a turn. */
  readonly outputTaken?: () => Promise<void> | undefined;
}

/**
 * Drives one guest from its start to its outcome. The isolate is the caller's to dispose of; after this no timer and
 * no listener is left, and the guest's calls are dead. Never throws for what a guest does.
 */
export async function runGuest(options: RunGuestOptions): Promise<ExecutionReport> {
  return new GuestDriver(options).run();
}

/** Turns without a wait before the host's event loop gets its turn. */
const TURNS_PER_BREATH = 64;
/** No turn of the host is held up for longer by a guest that is always ready, where entries are short. */
const BREATH_EVERY_MS = 8;

/** After such a wait a guest counts as idle, in milliseconds. */
const IDLE_MS = 500;
/** By how much its heap has grown since it was last collected, in bytes, before it pays to do so again. */
const WORTHWHILE_BYTES = 1024 * 1024;

class GuestDriver {
  readonly #options: RunGuestOptions;
  #heapKept = 0;
  readonly #budget: RunBudget;
  readonly #waiter: LoopWaiter;
  #breathedAt = performance.now();
  #turns = 0;

  constructor(options: RunGuestOptions) {
    this.#options = options;
    const { isolate, execution, waitedCpuMs } = options;
    this.#budget = new RunBudget(execution.limits, () => isolate.cpuTimeMs() - (waitedCpuMs?.() ?? 0));
    this.#waiter = new LoopWaiter(options.calls.queue, options.signal);
  }

  async run(): Promise<ExecutionReport> {
    const { calls, execution, config } = this.#options;
    const exitCode = await this.#drive(JSON.stringify(config), execution.code, execution.filePath);
    const outcome = this.#outcome(exitCode ?? 0);
    calls.end(outcome);
    const { exports } = calls.record;
    return outcome.kind === "returned" && exports !== undefined ? { outcome, exports: exports.view() } : { outcome };
  }

  /** Runs the program to its end; answers its exit code, or `undefined` when it was ended. */
  async #drive(config: string, code: string, filePath: string): Promise<number | undefined> {
    const { calls, execution } = this.#options;
    if (!this.#enter("start", [config]) || !this.#enter("main", [code, filePath])) return undefined;
    let isAlive: number | undefined;
    do {
      if (!(await this.#loop())) return undefined;
      isAlive = this.#enterFor("beforeExit", []);
    } while (isAlive === 1);
    if (isAlive === undefined) return undefined;
    const exitCode = this.#enterFor("exit", []);
    if (exitCode === undefined) return undefined;
    if (execution.mode === "run" && calls.record.threw === undefined) {
      if (!this.#enter("collectExports", [execution.limits.resultLimitBytes])) return undefined;
    }
    return exitCode;
  }

  /** Turns until nothing keeps the loop alive. False when the guest has ended. */
  async #loop(): Promise<boolean> {
    for (;;) {
      if (!this.#deliverAll()) return false;
      const pause = this.#enterFor("turn", []);
      if (pause === undefined) return false;
      if (this.#options.calls.takeWantsTasks() && this.#options.leavesTasks !== true) {
        if (!(await this.#runTasks())) return false;
        continue;
      }
      if (pause < 0) return true;
      if (!(await this.#rest(pause))) return false;
    }
  }

  /** What lies between two turns. */
  async #rest(pause: number): Promise<boolean> {
    const taken = this.#options.outputTaken?.();
    if (taken !== undefined) await this.#within(taken);
    const completion = this.#options.calls.queue.peek();
    if (pause === 0 || completion) {
      this.#turns += 1;
      if (this.#turns >= TURNS_PER_BREATH || performance.now() - this.#breathedAt > BREATH_EVERY_MS) {
        await this.#waiter.breathe();
        this.#breathed();
      }
    } else await this.#sleep(pause);
    return this.#goesOn();
  }

  /** What V8 has put off; what comes of it is for the next turn. */
  async #runTasks(): Promise<boolean> {
    let done = false;
    const running = this.#options.isolate.runTasks().then(() => {
      done = true;
    });
    while (!done && this.#goesOn()) await this.#within(running, this.#taskTimeMs());
    return this.#goesOn();
  }

  /** The tasks may use the processor all the time. */
  #taskTimeMs(): number {
    return Math.max(1, Math.min(this.#budget.wallLeftMs(), this.#budget.cpuLeftMs()));
  }

  async #sleep(pause: number): Promise<void> {
    const left = this.#budget.wallLeftMs();
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
    if (this.#enter("collectGarbage", [])) this.#heapKept = isolate.memory().heapUsed;
  }

  /** Waits for the embedder, but not beyond the deadline. */
  async #within(taken: Promise<void>, left = this.#budget.wallLeftMs()): Promise<void> {
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

  #deliverAll(): boolean {
    const { calls } = this.#options;
    for (let completion = calls.queue.next(); completion !== undefined; completion = calls.queue.next()) {
      if (!this.#enter("deliver", calls.prepareDelivery(completion))) return false;
      if (performance.now() - this.#breathedAt > BREATH_EVERY_MS) return true;
    }
    return true;
  }

  #goesOn(): boolean {
    const { calls, signal } = this.#options;
    if (calls.record.ended !== undefined) return false;
    if (signal?.aborted === true) calls.end(abortedOutcome(signal.reason));
    else {
      const exceeded = this.#budget.exceeded();
      if (exceeded !== undefined) calls.end(exceeded);
    }
    return calls.record.ended === undefined;
  }

  /** Enters the guest; false when it has ended. */
  #enter<Name extends GuestEntryName>(entry: Name, args: Parameters<GuestEntries[Name]>): boolean {
    return this.#enterFor(entry, args) !== undefined;
  }

  /** Enters the guest for a number (0 where it answers none); `undefined` when it has ended. */
  #enterFor<Name extends GuestEntryName>(entry: Name, args: Parameters<GuestEntries[Name]>): number | undefined {
    const { isolate, calls } = this.#options;
    if (!this.#goesOn()) return undefined;
    const result = isolate.enter(entry, args, this.#budget.entryBudget());
    if (result.kind !== "done") calls.end(this.#outcomeOfEntry(result));
    return calls.record.ended === undefined && result.kind === "done" ? (result.value ?? 0) : undefined;
  }

  #outcomeOfEntry(result: Exclude<EntryResult, { readonly kind: "done" }>): Outcome {
    const { execution, onDiagnostic } = this.#options;
    switch (result.kind) {
      case "timed-out":
        return this.#budget.timedOut(result.spent);
      case "out-of-memory":
        return { kind: "out-of-memory", code: 1, limitMiB: execution.limits.memoryLimit };
      case "terminated":
        return { kind: "crashed", code: 1, errorMessage: "The guest was terminated" };
      case "failed":
        reportFault(onDiagnostic, "ERR_CELL_FAILED", { problem: result.message });
        return { kind: "crashed", code: 1, errorMessage: "The guest failed in a way that it cannot cause" };
      default:
        return result satisfies never;
    }
  }

  /** The exit code is a byte, as for a process. */
  #outcome(exitCode: number): Outcome {
    const status = exitCode & 0xff;
    const { calls, execution } = this.#options;
    const { ended, threw, refused } = calls.record;
    if (ended !== undefined) return ended;
    if (threw !== undefined) return { kind: "threw", code: status === 0 ? 1 : status, ...threw };
    if (refused === undefined) return { kind: "returned", code: status };
    const errorMessage = refused.message;
    if (refused.kind === "unexportable") return { kind: "unexportable", code: 1, errorMessage };
    return { kind: "result-limit", code: 1, limitBytes: execution.limits.resultLimitBytes, errorMessage };
  }
}

function abortedOutcome(reason: unknown): Outcome {
  return typeof reason === "string" && reason !== ""
    ? { kind: "aborted", code: 130, reason }
    : { kind: "aborted", code: 130 };
}
