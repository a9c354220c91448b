import { type ExecutionReport, isVivariumError, RUNTIME_DISPOSED } from "@vivarium/core";
import { CallFailure, type GuestStart, type StartGuest } from "@vivarium/kernel";
import { FamilyTime } from "./family-time.ts";
import { RunStart } from "./run-start.ts";
import type { ThreadsMemory } from "./threads-memory.ts";

/** A thread is of the guest that has started it, for which it mostly waits: there may be more of them than processes. */
type ChildKind = "processes" | "threads";

/** Threads that all guests of a driver may have together, for each that it runs at a time. */
const THREADS_PER_TURN = 16;

export interface ChildGuestsOptions {
  /** How many processes there may be at a time, and a sixteenth of how many threads: they wait for nobody's turn, since those who started them may wait for them. */
  readonly most: number;
  /** How long one may wait for a cell, in milliseconds. */
  readonly queueTimeLimitMs: number;
  /** Whether a guest may wait for one in its call. */
  readonly mayBeAwaited: boolean;
  readonly opensInternals: boolean | undefined;
  readonly perform: (guest: FamilyGuest, start: RunStart) => Promise<ExecutionReport>;
}

/** A guest, and whose CPU time it has a part of. */
export interface FamilyGuest extends GuestStart {
  readonly family: FamilyTime;
  /** Of a thread: whose memory it has a part of. */
  readonly memory: ThreadsMemory | undefined;
}

/** What a guest shares with those that it starts. */
export interface FamilyMeans {
  /** With all of them. Absent of a program that stays: each of its children begins a family. */
  readonly family: FamilyTime | undefined;
  /** With its threads. Absent where nobody tells what a guest has. */
  readonly memory?: ThreadsMemory | undefined;
}

/** The guests that other guests of one driver have started. */
export class ChildGuests {
  readonly #options: ChildGuestsOptions;
  readonly #running: Record<ChildKind, number> = { processes: 0, threads: 0 };

  constructor(options: ChildGuestsOptions) {
    this.#options = options;
  }

  /** Who starts guests for one that has these means. */
  startsOf(means: FamilyMeans): StartGuest {
    const { mayBeAwaited, opensInternals = false } = this.#options;
    return { mayBeAwaited, opensInternals, start: (guest) => this.#start(guest, means) };
  }

  /** @throws {CallFailure} `EAGAIN` */
  #assertRoom(kind: ChildKind): void {
    const most = kind === "threads" ? this.#options.most * THREADS_PER_TURN : this.#options.most;
    if (this.#running[kind] < most) return;
    throw new CallFailure("EAGAIN", `of the ${kind} that guests start, at most ${most} may run at a time`);
  }

  async #start(guest: GuestStart, { family: given, memory: own }: FamilyMeans): Promise<ExecutionReport> {
    const { queueTimeLimitMs, perform } = this.#options;
    const kind = guest.role.worker === undefined ? "processes" : "threads";
    const memory = kind === "threads" ? own : undefined;
    this.#assertRoom(kind);
    const { limits } = guest.execution;
    const family = given ?? new FamilyTime(limits);
    const cpuTimeLimitMs = given?.childsLimitMs ?? limits.cpuTimeLimitMs;
    if (cpuTimeLimitMs < 1) throw new CallFailure("EAGAIN", "it has no CPU time left");
    const execution = { ...guest.execution, limits: { ...limits, cpuTimeLimitMs } };
    const { signal } = guest.execution;
    const start = new RunStart({ queueTimeLimitMs, signal });
    this.#running[kind] += 1;
    try {
      return await perform({ ...guest, execution, family, memory }, start);
    } catch (error) {
      if (signal?.aborted === true || error === RUNTIME_DISPOSED) return { outcome: { kind: "aborted", code: 130 } };
      if (isVivariumError(error)) throw new CallFailure("EAGAIN", "no cell could be had for it");
      throw error;
    } finally {
      this.#running[kind] -= 1;
      start[Symbol.dispose]();
    }
  }
}
