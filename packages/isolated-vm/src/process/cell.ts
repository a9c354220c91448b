import { setImmediate as nextTurn } from "node:timers/promises";
import { type Diagnostic, type ExecutionReport, type Outcome, VivariumError } from "@vivarium/core";
import { disposedOutcome } from "../abort-outcome.ts";
import type { Confined } from "../cell/cell-confinement.ts";
import { type Addressed, NO_RUN } from "../channel/addressed.ts";
import { type CellMessage, decodeCellMessage } from "../channel/cell-message.ts";
import type { GuestKind } from "../channel/guest-kind.ts";
import { PROTOCOL_VERSION, WireError } from "../channel/protocol.ts";
import type { ReplicaCell } from "../replica/file-access.ts";
import { type CellDeath, CellFault, deathDiagnostic, describeDeath, endedByItself } from "./cell-death.ts";
import type { CellProcess, LaunchCell } from "./cell-process.ts";
import { MAX_FAULTS, type RunRequest } from "./cell-run.ts";
import { CellRuns } from "./cell-runs.ts";
import { BOOT_GRACE_MS } from "./run-deadlines.ts";
import type { StartFaults } from "./start-faults.ts";
import { WaitingGuest } from "./waiting-guest.ts";

/** How long a cell may take to say that it is there, in milliseconds. */
export const START_TIMEOUT_MS = 20_000;

export interface CellOptions {
  readonly launch: LaunchCell;
  /** Whether it is a copy of a zygote. */
  readonly isCopy: boolean;
  /** Of which it is a copy. */
  readonly zygote?: object | undefined;
  /** Whether it has several runs at a time. @default false */
  readonly isShared?: boolean;
  /** How many runs it is good for. */
  readonly runs: number;
  /** Of the guest that the cell is to keep waiting. */
  readonly guestKind: GuestKind;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
  /** Hears of what is wrong with it until it has a guest. */
  readonly startFaults: StartFaults;
  /** The cell has said what has become of its process; called once at most. */
  readonly onConfined: (confined: Confined) => void;
  /** The cell has ended; called once. */
  readonly onDeath: (cell: Cell) => void;
  /** A run is over, as the cell says: there is room for one more. */
  readonly onRoom?: () => void;
}

/** A cell, as the host sees it: it has started, keeps a guest waiting, runs programs, and dies. */
export class Cell implements ReplicaCell {
  replica: ReplicaCell["replica"];
  readonly #options: CellOptions;
  readonly #process: CellProcess;
  readonly #gone: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #ready: PromiseWithResolvers<void> = Promise.withResolvers();
  #booting: PromiseWithResolvers<void> = Promise.withResolvers();
  #startTimer: NodeJS.Timeout | undefined;
  #bootTimer: NodeJS.Timeout | undefined;
  #isReady = false;
  /** Whether it has had a guest. */
  #hasBooted = false;
  /** Whether it was ended because it made none ready. */
  #isLate = false;
  #hasConfined = false;
  #hasReplicas: boolean;
  #startFault: string | undefined;
  readonly #guest: WaitingGuest = new WaitingGuest();
  readonly #runs: CellRuns;
  #dead = false;
  /** Since it began to wait. */
  #faults = 0;
  #runsLeft: number;
  #isUsed = false;
  #isUnwanted = false;
  #hasFailed = false;

  constructor(options: CellOptions) {
    this.#options = options;
    this.#runsLeft = options.runs;
    this.#hasReplicas = options.isCopy;
    this.#process = options.launch({
      onFrame: (body) => this.#take(decodeCellMessage(body, (run) => this.#runs.limitsOf(run))),
      onDeath: (death) => this.#die(death),
    });
    const isShared = options.isShared === true;
    this.#runs = new CellRuns({
      process: this.#process,
      isShared,
      onStarted: (guestKind) => {
        this.#booted();
        if (isShared) this.#prepare(guestKind);
      },
      onEnded: (outcome, leavesWork) => this.#ended(outcome, leavesWork),
    });
    // Whoever waits for the start hears of its failure; when nobody does, nobody needs to.
    this.#ready.promise.catch(() => undefined);
    const onLate = (): void => this.#process.kill(new CellFault("it did not start in time"));
    this.#startTimer = setTimeout(onLate, START_TIMEOUT_MS);
    this.#process.send({ kind: "hello", protocol: PROTOCOL_VERSION, isShared });
    this.#prepare(options.guestKind);
  }

  /** Whether it is a copy of a zygote. */
  get isCopy(): boolean {
    return this.#options.isCopy;
  }

  /** Of which it is a copy: all of them take the code cache that one of them has made. */
  get zygote(): object | undefined {
    return this.#options.zygote;
  }

  /** A copy from its start: its zygote has made everything ready for it. */
  get hasReplicas(): boolean {
    return this.#hasReplicas && !this.isShared;
  }

  get isShared(): boolean {
    return this.#options.isShared === true;
  }

  /** Whether it has runs, also such as it has to let go of. */
  get isOccupied(): boolean {
    return !this.#runs.isIdle || this.#runs.leaving > 0;
  }

  /** How many runs it has to let go of: nobody waits for them any more. */
  get leaving(): number {
    return this.#runs.leaving;
  }

  /** Whether it goes on with a run that nobody waits for, and does not heed that. */
  get isHeldUp(): boolean {
    return this.#runs.isHeldUp;
  }

  /** Whether it has ended before anybody wanted it to. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether it may have another run: not after the last that it was good for, nor after one that was cut short. */
  get isReusable(): boolean {
    return !this.#dead && !this.#isUnwanted && this.#runsLeft > 0;
  }

  /** Whether it has been given a program. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Settles when the process has said that it is there. Rejects with `ERR_CELL_FAILED` when it has died before that. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether it has had a guest. */
  get hasBooted(): boolean {
    return this.#hasBooted;
  }

  /**
   * Settles when the guest is ready that it was told to boot, the first where it is shared, or when it has ended. Rejects
   * with `ERR_CELL_FAILED` when it has ended for making none ready.
   */
  get booted(): Promise<void> {
    return this.#booting.promise;
  }

  /** Settles when the process is gone. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Whether the process has ended, or is about to. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Of the guest that waits or is being booted. */
  get guestKind(): GuestKind | undefined {
    return this.#guest.guestKind;
  }

  /** Whether it is booting a guest that is to wait. */
  get isBooting(): boolean {
    return this.#guest.guestKind !== undefined && !this.#guest.isThere;
  }

  /** Whether a booted guest waits. */
  get waiting(): boolean {
    return this.#guest.isThere;
  }

  /**
   * Runs one program. Answers undefined when the cell has died before the guest was entered: then nothing has
   * happened, and another cell can do it. Rejects when it is taken back before that: with the reason of its signal,
   * `ERR_DISPOSED`, or `ERR_CELL_FAILED` when the cell makes no guest ready.
   */
  async run(request: RunRequest): Promise<ExecutionReport | undefined> {
    if (this.#dead) return undefined;
    this.#process.keepAlive(true);
    this.#runsLeft -= 1;
    this.#isUsed = true;
    this.#faults = 0;
    if (!this.isShared) {
      this.#guest.use();
      this.#endBooting();
    }
    return this.#runs.start(request);
  }

  /** Ends the runs of one of those who share it. */
  endRuns(owner: object, outcome: Outcome): void {
    this.#runs.end(outcome, "run", owner);
  }

  withdrawReplica(): void {
    this.#process.withdrawReplica();
  }

  /** Boots a guest for the next run and lets the host's event loop go. */
  rest(guestKind: GuestKind): void {
    if (this.#dead) return;
    // It may not have had a run.
    if (this.guestKind !== guestKind) this.#prepare(guestKind);
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
      this.#runs.end(disposedOutcome, "cell");
      this.#process.kill();
    }
    await this.#gone.promise;
    // libuv lets go of a process at the end of the turn after the one in which it was reaped.
    await nextTurn();
    await nextTurn();
  }

  #prepare(guestKind: GuestKind): void {
    this.#guest.ask(guestKind);
    this.#faults = 0;
    this.#process.send({ kind: "prepare", guestKind });
    if (this.isShared && this.#hasBooted) return;
    this.#endBooting();
    this.#booting = Promise.withResolvers();
    this.#booting.promise.catch(() => undefined);
    if (this.#isReady) this.#watchBooting();
  }

  #endBooting(): void {
    clearTimeout(this.#bootTimer);
    this.#booting.resolve();
  }

  #take({ run, message }: Addressed<CellMessage>): void {
    if (run !== NO_RUN) this.#runs.take(run, message);
    else if (!this.#isReady) this.#takeFirst(message);
    else if (message.kind === "confined") this.#takeConfined(message);
    else if (message.kind === "replicas") this.#takeReplicas();
    else if (message.kind === "prepared") this.#takePrepared(message.guestKind);
    else this.#takeFault(message);
  }

  #ended(outcome: Outcome, leavesWork: boolean): void {
    // What goes on for a guest that is gone takes processor time that would count as another's, and a thread from it.
    this.#process.suspend(false);
    if (leavesWork || this.#process.isLowered || (!this.isShared && !endedByItself(outcome))) this.#runsLeft = 0;
    this.#options.onRoom?.();
  }

  #takeFirst(message: CellMessage): void {
    if (message.kind === "fault") this.#startFault ??= message.message;
    else if (message.kind !== "ready") throw new WireError("A cell has to introduce itself");
    else {
      this.#isReady = true;
      clearTimeout(this.#startTimer);
      this.#watchBooting();
      this.#ready.resolve();
    }
  }

  /** A cell that makes no guest ready is of use to nobody. A run that it has been given keeps its own time. */
  #watchBooting(): void {
    const onLate = (): void => {
      if (this.isOccupied) this.#watchBooting();
      else {
        this.#isLate = true;
        this.#process.kill(new CellFault("it did not make a guest ready in time"));
      }
    };
    this.#bootTimer = setTimeout(onLate, BOOT_GRACE_MS).unref();
  }

  /** Once, and before any program could have said it. */
  #takeConfined({ isConfined, landlock, namespaces, nodePermission, problem }: Confined): void {
    if (this.#hasConfined || this.#runs.hasStarted) throw new WireError("A cell is confined already");
    this.#hasConfined = true;
    this.#options.onConfined({ isConfined, landlock, namespaces, nodePermission, problem });
  }

  /** Once; may cross with the beginning of a run, which then goes without. */
  #takeReplicas(): void {
    if (this.#hasReplicas) throw new WireError("A cell has replicas already");
    this.#hasReplicas = true;
  }

  /** May cross with the beginning of a run, which the guest that waits is then used for, or not. */
  #takePrepared(guestKind: GuestKind): void {
    if (!this.isShared && this.#runs.hasStarted) throw new WireError("A running cell has prepared a guest");
    this.#guest.take(guestKind);
    if (this.#guest.isThere) this.#endBooting();
    this.#booted();
  }

  #booted(): void {
    if (this.#hasBooted) return;
    this.#hasBooted = true;
    if (this.isShared) this.#endBooting();
    this.#options.startFaults.booted();
  }

  #tell(diagnostic: Diagnostic): void {
    if (this.#hasBooted) this.#options.onDiagnostic(diagnostic);
    else this.#options.startFaults.tell(diagnostic);
  }

  #takeFault(message: CellMessage): void {
    if (message.kind !== "fault") throw new WireError(`A cell cannot say "${message.kind}" of itself`);
    this.#faults += 1;
    if (this.#faults > MAX_FAULTS) throw new WireError("A cell tells of too many faults");
    this.#startFault ??= message.message;
    this.#tell({ code: message.code, message: message.message });
  }

  #die(death: CellDeath): void {
    this.#dead = true;
    clearTimeout(this.#startTimer);
    clearTimeout(this.#bootTimer);
    const problem = this.#startFault ?? describeDeath(death);
    const said = death.stderr === "" ? undefined : { cause: death.stderr };
    const because = death.fault === undefined ? said : { cause: death.fault };
    const failure = new VivariumError("ERR_CELL_FAILED", { problem }, because);
    this.#ready.reject(failure);
    if (this.#isLate) this.#booting.reject(failure);
    else this.#booting.resolve();
    this.#runs.judge(death);
    this.#hasFailed = !this.#isUnwanted && !this.#runs.hasVerdict;
    if (death.fault !== undefined && this.#runs.isIdle) this.#tell(deathDiagnostic(death));
    this.#runs.die(death);
    this.#gone.resolve();
    this.#options.onDeath(this);
  }
}
