import { type ExecutionReport, isVivariumError, RUNTIME_DISPOSED } from "@vivarium/core";
import { CallFailure, type GuestStart, type StartGuest } from "@vivarium/kernel";
import { RunStart } from "./run-start.ts";

export interface ChildGuestsOptions {
  /** How many there may be at a time: they wait for nobody's turn, since those who started them may wait for them. */
  readonly most: number;
  /** How long one may wait for a cell, in milliseconds. */
  readonly queueTimeLimitMs: number;
  /** Whether a guest may wait for one in its call. */
  readonly mayBeAwaited: boolean;
  readonly perform: (guest: GuestStart, start: RunStart) => Promise<ExecutionReport>;
}

/** The guests that other guests of one driver have started. */
export class ChildGuests implements StartGuest {
  readonly mayBeAwaited: boolean;
  readonly #options: ChildGuestsOptions;
  #running = 0;

  constructor(options: ChildGuestsOptions) {
    this.#options = options;
    this.mayBeAwaited = options.mayBeAwaited;
  }

  async start(guest: GuestStart): Promise<ExecutionReport> {
    const { most, queueTimeLimitMs, perform } = this.#options;
    if (this.#running >= most) throw new CallFailure("EAGAIN", `guests have started ${most} others already`);
    const { signal } = guest.execution;
    const start = new RunStart({ queueTimeLimitMs, signal });
    this.#running += 1;
    try {
      return await perform(guest, start);
    } catch (error) {
      if (signal?.aborted === true || error === RUNTIME_DISPOSED) return { outcome: { kind: "aborted", code: 130 } };
      if (isVivariumError(error)) throw new CallFailure("EAGAIN", "no cell could be had for it");
      throw error;
    } finally {
      this.#running -= 1;
      start[Symbol.dispose]();
    }
  }
}
