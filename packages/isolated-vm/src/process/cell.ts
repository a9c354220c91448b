import { setImmediate as nextTurn } from "node:timers/promises";
import { type Diagnostic, type ExecutionReport, VivariumError } from "@vivarium/core";
import { disposedOutcome } from "../abort-outcome.ts";
import type { Confined } from "../cell/cell-confinement.ts";
import { type CellMessage, decodeCellMessage } from "../channel/cell-message.ts";
import { frameLimitFor, IDLE_FRAME_BYTES, PROTOCOL_VERSION, WireError } from "../channel/protocol.ts";
import type { ReplicaCell } from "../replica/file-access.ts";
import { type CellDeath, describeDeath, endedByItself, outcomeOfDeath } from "./cell-death.ts";
import type { CellProcess, LaunchCell } from "./cell-process.ts";
import { CellRun, MAX_FAULTS, type RunRequest } from "./cell-run.ts";

/** How long a cell may take to say that it is there, in milliseconds. */
export const START_TIMEOUT_MS = 20_000;

export interface CellOptions {
  readonly launch: LaunchCell;
  /** Whether it is a copy of a zygote. */
  readonly isCopy: boolean;
  /** How many runs it is good for. */
  readonly runs: number;
  /** Memory limit of the guest that the cell is to keep waiting, in MiB. */
  readonly memoryLimit: number;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
  /** The cell has said what has become of its process; called once at most. */
  readonly onConfined: (confined: Confined) => void;
  /** The cell has ended; called once. */
  readonly onDeath: (cell: Cell) => void;
}

interface ActiveRun {
  readonly run: CellRun;
  readonly settle: (report: ExecutionReport | undefined) => void;
}

/** A process cell, as the host sees it: it has started, keeps a guest waiting, runs one program at a time, and dies. */
export class Cell implements ReplicaCell {
  replica: ReplicaCell["replica"];
  readonly #options: CellOptions;
  readonly #process: CellProcess;
  readonly #gone: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #ready: PromiseWithResolvers<void> = Promise.withResolvers();
  #startTimer: NodeJS.Timeout | undefined;
  #isReady = false;
  #hasConfined = false;
  #hasReplicas: boolean;
  #startFault: string | undefined;
  #awaited: number | undefined;
  #prepared: number | undefined;
  #active: ActiveRun | undefined;
  #dead = false;
  /** Since it began to wait. */
  #faults = 0;
  #runsLeft: number;
  #isUnwanted = false;
  #hasFailed = false;

  constructor(options: CellOptions) {
    this.#options = options;
    this.#runsLeft = options.runs;
    this.#hasReplicas = options.isCopy;
    this.#process = options.launch({
      onFrame: (body) => this.#take(decodeCellMessage(body, this.#active?.run.limits)),
      onDeath: (death) => this.#die(death),
    });
    // Whoever waits for the start hears of its failure; when nobody does, nobody needs to.
    this.#ready.promise.catch(() => undefined);
    const onLate = (): void => this.#process.kill(new Error("The cell did not start in time"));
    this.#startTimer = setTimeout(onLate, START_TIMEOUT_MS);
    this.#process.send({ kind: "hello", protocol: PROTOCOL_VERSION });
    this.#prepare(options.memoryLimit);
  }

  /** Whether it is a copy of a zygote. */
  get isCopy(): boolean {
    return this.#options.isCopy;
  }

  /** A copy from its start: its zygote has made everything ready for it. */
  get hasReplicas(): boolean {
    return this.#hasReplicas;
  }

  /** Whether it has ended before anybody wanted it to. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether it may have another run: not after the last that it was good for, nor after one that was cut short. */
  get isReusable(): boolean {
    return !this.#dead && this.#runsLeft > 0;
  }

  /** Settles when the process has said that it is there. Rejects with `ERR_CELL_FAILED` when it has died before that. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Settles when the process is gone. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Whether the process has ended, or is about to. */
  get dead(): boolean {
    return this.#dead;
  }

  /** The memory limit (MiB) of the guest that waits or is being booted. */
  get memoryLimit(): number | undefined {
    return this.#prepared ?? this.#awaited;
  }

  /** Whether a booted guest waits. */
  get waiting(): boolean {
    return this.#prepared !== undefined;
  }

  /**
   * Runs one program. Answers undefined when the cell has died before the guest was entered: then nothing has
   * happened, and another cell can do it.
   */
  async run(request: RunRequest): Promise<ExecutionReport | undefined> {
    if (this.#dead) return undefined;
    const { promise, resolve } = Promise.withResolvers<ExecutionReport | undefined>();
    const { limits } = request.program;
    this.#process.frameLimit = frameLimitFor(limits.memoryLimit);
    this.#process.keepAlive(true);
    const run = new CellRun({ cell: this.#process, onDiagnostic: this.#options.onDiagnostic, ...request });
    this.#active = { run, settle: resolve };
    this.#runsLeft -= 1;
    this.#awaited = undefined;
    this.#prepared = undefined;
    try {
      return await promise;
    } finally {
      run.close();
      this.#active = undefined;
    }
  }

  withdrawReplica(): void {
    this.#process.withdrawReplica();
  }

  /** Boots a guest for the next run and lets the host's event loop go. */
  rest(memoryLimit: number): void {
    if (this.#dead) return;
    this.#process.frameLimit = IDLE_FRAME_BYTES;
    // It may not have had a run.
    if (this.memoryLimit !== memoryLimit) this.#prepare(memoryLimit);
    this.keepAlive(false);
  }

  /** Whether it keeps the host's event loop alive from here on. */
  keepAlive(alive: boolean): void {
    if (alive) this.#startTimer?.ref();
    else this.#startTimer?.unref();
    this.#process.keepAlive(alive);
  }

  /** Ends the process; a run in it ends `aborted`. Settles when it is gone. Idempotent. */
  async dispose(): Promise<void> {
    this.#isUnwanted = true;
    if (!this.#dead) {
      this.#process.keepAlive(true);
      if (this.#active === undefined) this.#process.kill();
      else this.#active.run.end(disposedOutcome);
    }
    await this.#gone.promise;
    // libuv lets go of a process at the end of the turn after the one in which it was reaped.
    await nextTurn();
    await nextTurn();
  }

  #prepare(memoryLimit: number): void {
    this.#awaited = memoryLimit;
    this.#prepared = undefined;
    this.#faults = 0;
    this.#process.send({ kind: "prepare", memoryLimit });
  }

  #take(message: CellMessage): void {
    if (!this.#isReady) this.#takeFirst(message);
    else if (message.kind === "confined") this.#takeConfined(message);
    else if (message.kind === "replicas") this.#takeReplicas();
    else if (message.kind === "prepared") this.#takePrepared(message.memoryLimit);
    else if (this.#active === undefined) this.#takeIdle(message);
    else {
      const end = this.#active.run.take(message);
      if (end === undefined) return;
      const { outcome, exports } = end;
      const { settle } = this.#active;
      this.#active.run.close();
      this.#active = undefined;
      if (!endedByItself(outcome)) this.#runsLeft = 0;
      settle(exports === undefined ? { outcome } : { outcome, exports });
    }
  }

  #takeFirst(message: CellMessage): void {
    if (message.kind === "fault") this.#startFault ??= message.message;
    else if (message.kind !== "ready") throw new WireError("A cell has to introduce itself");
    else {
      this.#isReady = true;
      clearTimeout(this.#startTimer);
      this.#ready.resolve();
    }
  }

  /** Once, and before any program could have said it. */
  #takeConfined({ isConfined, landlock, problem }: Confined): void {
    if (this.#hasConfined || this.#active?.run.started === true) throw new WireError("A cell is confined already");
    this.#hasConfined = true;
    this.#options.onConfined({ isConfined, landlock, problem });
  }

  /** Once; may cross with the beginning of a run, which then goes without. */
  #takeReplicas(): void {
    if (this.#hasReplicas) throw new WireError("A cell has replicas already");
    this.#hasReplicas = true;
  }

  /** May cross with the beginning of a run, which the guest that waits is then used for, or not. */
  #takePrepared(memoryLimit: number): void {
    if (this.#active?.run.started === true) throw new WireError("A running cell has prepared a guest");
    if (this.#active !== undefined) return;
    if (memoryLimit !== this.#awaited) throw new WireError("A cell has prepared what nobody asked for");
    this.#prepared = memoryLimit;
    this.#awaited = undefined;
  }

  #takeIdle(message: CellMessage): void {
    if (message.kind !== "fault") throw new WireError(`An idle cell cannot say "${message.kind}"`);
    this.#faults += 1;
    if (this.#faults > MAX_FAULTS) throw new WireError("A cell tells of too many faults");
    this.#startFault ??= message.message;
    this.#options.onDiagnostic({ code: message.code, message: message.message });
  }

  #die(death: CellDeath): void {
    this.#dead = true;
    clearTimeout(this.#startTimer);
    const problem = this.#startFault ?? describeDeath(death);
    const said = death.stderr === "" ? undefined : { cause: death.stderr };
    const because = death.fault === undefined ? said : { cause: death.fault };
    this.#ready.reject(new VivariumError("ERR_CELL_FAILED", { problem }, because));
    const active = this.#active;
    this.#hasFailed = !this.#isUnwanted && active?.run.verdict === undefined;
    if (death.fault !== undefined) this.#report(death);
    if (active !== undefined) this.#endRun(active, death);
    this.#gone.resolve();
    this.#options.onDeath(this);
  }

  #endRun({ run, settle }: ActiveRun, death: CellDeath): void {
    const { verdict, started, limits } = run;
    if (verdict === undefined && !started && death.fault === undefined) {
      settle(undefined);
      return;
    }
    const outcome = verdict ?? outcomeOfDeath(death, limits);
    if (verdict === undefined && outcome.kind === "crashed" && death.fault === undefined) this.#report(death);
    settle({ outcome });
  }

  #report(death: CellDeath): void {
    const { message } = new VivariumError("ERR_CELL_FAILED", { problem: describeDeath(death) });
    this.#options.onDiagnostic({ code: "ERR_CELL_FAILED", message, cause: death.fault ?? death.stderr });
  }
}
