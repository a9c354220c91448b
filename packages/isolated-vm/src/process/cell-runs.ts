import { type ExecutionReport, errnoOf, type Limits, type Outcome, VivariumError } from "@vivarium/core";
import { abortOutcome } from "../abort-outcome.ts";
import { NO_RUN } from "../channel/addressed.ts";
import type { CellMessage } from "../channel/cell-message.ts";
import { type GuestKind, kindOf } from "../channel/guest-kind.ts";
import { frameLimitFor, IDLE_FRAME_BYTES, WireError } from "../channel/protocol.ts";
import {
  type CellDeath,
  CellFault,
  deathDiagnostic,
  holderOf,
  outcomeOfDeath,
  outcomeOfSharedDeath,
} from "./cell-death.ts";
import type { CellProcess } from "./cell-process.ts";
import { CellRun, type RunRequest } from "./cell-run.ts";
import { PendingCalls } from "./pending-calls.ts";
import { type Allowance, allowanceOf, type Ending, type RunLine } from "./run-line.ts";

/** How long a shared cell may take to end a run that the host has given up, in milliseconds. */
const LEAVE_GRACE_MS = 30_000;

export interface CellRunsOptions {
  readonly process: CellProcess;
  /** Whether there may be several at a time. */
  readonly isShared: boolean;
  /** A run has started: its guest does not wait any more. */
  readonly onStarted: (kind: GuestKind) => void;
  /** The cell has said how a run ended, whether or not anybody waited for that; `leavesWork`: see {@link CellMessage}. */
  readonly onEnded: (outcome: Outcome, leavesWork: boolean) => void;
}

interface ActiveRun {
  readonly run: CellRun;
  readonly owner: object | undefined;
  /** What those that are or were beside it may have used. */
  others: Allowance;
  readonly settle: (report: ExecutionReport | undefined) => void;
  readonly refuse: (reason: unknown) => void;
}

interface LeavingRun {
  /** Whether its guest had been entered: then it has been told to end before, and has not heeded that. */
  readonly hadBegun: boolean;
  readonly limits: Limits;
  /** What it asks is not served, but answered. */
  readonly pending: PendingCalls;
  readonly timer: NodeJS.Timeout;
}

/** The runs of one cell, as the host sees them: what the cell says goes to the one that it is about. */
export class CellRuns {
  readonly #options: CellRunsOptions;
  readonly #active: Map<number, ActiveRun> = new Map();
  /** Runs that the host has given up, and the cell not ended yet. */
  readonly #leaving: Map<number, LeavingRun> = new Map();
  readonly #paused: Set<number> = new Set();
  #last = NO_RUN;

  constructor(options: CellRunsOptions) {
    this.#options = options;
  }

  /** Whether nobody waits for any. */
  get isIdle(): boolean {
    return this.#active.size === 0;
  }

  /** How many of them the host waits for no more. */
  get leaving(): number {
    return this.#leaving.size;
  }

  /** Whether a guest goes on that does not heed its end. */
  get isHeldUp(): boolean {
    return [...this.#leaving.values()].some(({ hadBegun }) => hadBegun);
  }

  /** Whether a guest has been entered that is not over; one that was taken back before may be entered or not. */
  get hasStarted(): boolean {
    return this.isHeldUp || this.#each((run) => run.started);
  }

  /** Whether the host has decided how one of them ends. */
  get hasVerdict(): boolean {
    return this.#each((run) => run.verdict !== undefined);
  }

  limitsOf(number: number): Limits | undefined {
    return this.#active.get(number)?.run.limits ?? this.#leaving.get(number)?.limits;
  }

  /**
   * Has the cell run a program. Undefined: the cell died before the guest was entered. Rejects with the reason for which it
   * was taken back before that.
   */
  async start(request: RunRequest): Promise<ExecutionReport | undefined> {
    this.#last += 1;
    const number = this.#last;
    const { promise, resolve: settle, reject: refuse } = Promise.withResolvers<ExecutionReport | undefined>();
    const { limits } = request.program;
    const kind = kindOf(request.program);
    const cell = this.#line(number);
    const onStarted = (): void => {
      this.#options.onStarted(kind);
      request.onStarted?.();
    };
    const run = new CellRun({ ...request, cell, onStarted });
    this.#active.set(number, { run, owner: request.owner, others: this.#makeRoomFor(limits), settle, refuse });
    this.#limitFrames();
    run.begin();
    return promise;
  }

  /** @throws {WireError} when the cell may not say this now. */
  take(number: number, message: CellMessage): void {
    const active = this.#active.get(number);
    if (active === undefined) {
      this.#takeLate(number, message);
      return;
    }
    const end = active.run.take(message);
    if (end === undefined) return;
    const { outcome, exports, leavesWork } = end;
    this.#drop(number);
    this.#options.onEnded(outcome, leavesWork);
    active.settle(exports === undefined ? { outcome } : { outcome, exports });
  }

  /** Ends all of `owner`'s, or all that there are, so; what has not begun is refused: its driver is disposed of. */
  end(outcome: Outcome, what: Ending, owner?: object): void {
    for (const [number, { run, owner: whose }] of [...this.#active]) {
      if (owner !== undefined && whose !== owner) continue;
      if (run.started) run.end(outcome, what);
      else this.#withdraw(number, new VivariumError("ERR_DISPOSED", { what: "the runtime driver" }));
    }
  }

  /** The cell has ended: if that was for one of them, the host decides so. */
  judge(death: CellDeath): void {
    const run = this.#active.get(holderOf(death) ?? NO_RUN)?.run;
    run?.judge({ kind: "cpu-time-limit", code: 124, limitMs: run.limits.cpuTimeLimitMs });
  }

  /** The cell has ended: so have they. Whoever has some of them hears why, once. */
  die(death: CellDeath): void {
    const isAlone = this.#active.size === 1;
    const told = new Set<object | undefined>();
    for (const [number, { run, owner, settle }] of [...this.#active]) {
      this.#drop(number);
      const { verdict, started, limits } = run;
      if (verdict === undefined && !started && death.fault === undefined) {
        settle(undefined);
        continue;
      }
      const outcome = verdict ?? (isAlone ? outcomeOfDeath(death, limits) : outcomeOfSharedDeath(death));
      const isNews = death.fault !== undefined || (verdict === undefined && outcome.kind === "crashed");
      if (isNews && !told.has(owner)) run.report(deathDiagnostic(death));
      told.add(owner);
      settle({ outcome });
    }
    for (const [number, leaving] of [...this.#leaving]) this.#forget(number, leaving);
  }

  #each(is: (run: CellRun) => boolean): boolean {
    return [...this.#active.values()].some(({ run }) => is(run));
  }

  /** What those that are there may use; to each of them a run with these limits comes on top. */
  #makeRoomFor(limits: Limits): Allowance {
    const own = allowanceOf(limits);
    const there = [...this.#active.values()];
    for (const active of there) active.others = sum(active.others, own);
    return there.map(({ run }) => allowanceOf(run.limits)).reduce(sum, NOTHING);
  }

  #line(number: number): RunLine {
    const { process, isShared } = this.#options;
    const active = this.#active;
    return {
      isShared,
      get backlog() {
        return process.backlog;
      },
      get others() {
        return active.get(number)?.others ?? NOTHING;
      },
      send: (message) => process.send(message, number),
      answer: (answer) => process.answer(answer),
      pause: () => this.#pause(number),
      resume: () => this.#resume(number),
      kill: (fault) => process.kill(fault),
      lowerPriority: (niceness) => {
        if (!isShared) process.lowerPriority(niceness);
        return !isShared;
      },
      suspend: (isSuspended) => !isShared && process.suspend(isSuspended),
      end: (outcome, what) => this.#end(number, outcome, what),
      withdraw: (reason) => this.#withdraw(number, reason),
      cpuTimeMs: () => process.cpuTimeMs(),
      size: () => process.size(),
    };
  }

  #end(number: number, outcome: Outcome, what: Ending): void {
    const active = this.#active.get(number);
    if (active === undefined) return;
    if (what === "cell" || !this.#options.isShared) {
      this.#options.process.kill();
      return;
    }
    this.#giveUp(number, active);
    active.settle({ outcome });
  }

  #withdraw(number: number, reason: unknown): void {
    const active = this.#active.get(number);
    if (active === undefined) return;
    this.#giveUp(number, active);
    // A cell of its own may be about to enter the guest: it serves no other.
    if (!this.#options.isShared) this.#options.onEnded(abortOutcome(undefined), false);
    active.refuse(reason);
  }

  /** The others go on; the cell has to let go of this one. */
  #giveUp(number: number, { run }: ActiveRun): void {
    const { process } = this.#options;
    const { started: hadBegun, limits } = run;
    const timer = setTimeout(() => this.#leavesLate(number), LEAVE_GRACE_MS).unref();
    const pending = new PendingCalls(this.#line(number));
    this.#leaving.set(number, { hadBegun, limits, pending, timer });
    // What has come of it meanwhile is heard at once, if the run had kept the cell from being heard.
    this.#drop(number);
    process.send({ kind: "abort" }, number);
    if (run.isWaitedFor) process.answer(CANCELED);
  }

  /**
   * Who had begun does not heed its end. Who had not may wait behind others for as long as these may compute: they are not to
   * pay for it.
   */
  #leavesLate(number: number): void {
    const leaving = this.#leaving.get(number);
    if (leaving?.hadBegun === false && !this.isIdle) leaving.timer.refresh();
    else this.#options.process.kill(new CellFault("it did not end a run in time"));
  }

  #takeLate(number: number, message: CellMessage): void {
    const leaving = this.#leaving.get(number);
    if (leaving === undefined) throw new WireError("A cell speaks of a run that it does not have");
    if (message.kind === "call" && message.request === 0) {
      this.#options.process.answer(CANCELED);
      leaving.pending.hold();
    }
    if (message.kind !== "finished") return;
    this.#forget(number, leaving);
    this.#limitFrames();
    this.#options.onEnded(message.outcome, message.leavesWork);
  }

  #forget(number: number, { pending, timer }: LeavingRun): void {
    clearTimeout(timer);
    pending.clear();
    this.#resume(number);
    this.#leaving.delete(number);
  }

  #drop(number: number): void {
    this.#active.get(number)?.run.close();
    this.#active.delete(number);
    this.#resume(number);
    this.#limitFrames();
  }

  #limitFrames(): void {
    const limits = [
      ...[...this.#active.values()].map(({ run }) => run.limits.memoryLimit),
      ...[...this.#leaving.values()].map((run) => run.limits.memoryLimit),
    ];
    this.#options.process.frameLimit =
      limits.length === 0 ? IDLE_FRAME_BYTES : Math.max(...limits.map((memoryLimit) => frameLimitFor(memoryLimit)));
  }

  #pause(number: number): void {
    this.#paused.add(number);
    this.#options.process.pause();
  }

  #resume(number: number): void {
    if (this.#paused.delete(number) && this.#paused.size === 0) this.#options.process.resume();
  }
}

const NOTHING: Allowance = { cpuTimeMs: 0, bytes: 0 };
/** To a call of a run that is over. */
const CANCELED = { result: errnoOf("ECANCELED") };

const sum = (one: Allowance, other: Allowance): Allowance => ({
  cpuTimeMs: one.cpuTimeMs + other.cpuTimeMs,
  bytes: one.bytes + other.bytes,
});
