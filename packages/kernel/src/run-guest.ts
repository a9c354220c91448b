import type { Execution, ExecutionReport, GuestConfig, Outcome } from "@vivarium/core";
import { GuestDoor } from "./guest-door.ts";
import type { GuestIsolate } from "./guest-isolate.ts";
import { GuestLife } from "./guest-life.ts";
import { GuestLoop } from "./guest-loop.ts";
import { InvocationService } from "./invocation-service.ts";
import type { Invocations } from "./invocations.ts";
import type { GuestCalls } from "./system-calls/guest-calls.ts";
import type { OnDiagnostic } from "./system-calls/report-fault.ts";

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
  /** What the host calls of it, where it may. */
  readonly invocations?: Invocations | undefined;
  /** Given for a program that stays. */
  readonly living?: LivingGuest | undefined;
  /** Waits until the listener has taken all output: a guest does not run ahead of it by more than a turn. */
  readonly outputTaken?: () => Promise<void> | undefined;
}

/** Who waits for a guest that stays. */
export interface LivingGuest {
  /** The program has been evaluated. */
  readonly onLoaded: () => void;
}

/**
 * Drives one guest from its start to its outcome. The isolate is the caller's to dispose of; after this no timer and
 * no listener is left, and the guest's calls are dead. Never throws for what a guest does.
 */
export async function runGuest(options: RunGuestOptions): Promise<ExecutionReport> {
  return new GuestDriver(options).run();
}

class GuestDriver {
  readonly #options: RunGuestOptions;
  readonly #door: GuestDoor;
  readonly #loop: GuestLoop;
  readonly #service: InvocationService | undefined;
  readonly #life: GuestLife | undefined;

  constructor(options: RunGuestOptions) {
    this.#options = options;
    const { isolate, calls, execution, signal, onDiagnostic, waitedCpuMs, living, invocations } = options;
    const { limits } = execution;
    this.#door = new GuestDoor({ isolate, calls, limits, signal, onDiagnostic, waitedCpuMs });
    this.#loop = new GuestLoop(options, this.#door, () => (this.#life ?? this.#service)?.serve() ?? true);
    if (invocations === undefined) return;
    const own = { invocations, calls, limits, door: this.#door, loop: this.#loop };
    this.#service = new InvocationService(own);
    this.#life = living && new GuestLife({ ...living, ...own, service: this.#service });
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
    const main = this.#life === undefined ? "main" : "load";
    if (!this.#door.enter("start", [config]) || !this.#door.enter(main, [code, filePath])) return undefined;
    if (this.#life !== undefined && !(await this.#life.live())) return undefined;
    let isAlive: number | undefined;
    do {
      if (!(await this.#loop.run())) return undefined;
      isAlive = this.#door.enterFor("beforeExit", []);
    } while (isAlive === 1);
    if (isAlive === undefined) return undefined;
    const exitCode = this.#door.enterFor("exit", []);
    if (exitCode === undefined) return undefined;
    if (execution.mode === "run" && calls.record.threw === undefined) {
      if (!this.#door.enter("collectExports", [execution.limits.resultLimitBytes])) return undefined;
    }
    return exitCode;
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
