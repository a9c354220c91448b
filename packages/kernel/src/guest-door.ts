import type { GuestEntries, GuestEntryName, Limits, Outcome } from "@vivarium/core";
import type { EntryResult, GuestIsolate } from "./guest-isolate.ts";
import { type Budget, RunBudget } from "./run-budget.ts";
import type { GuestCalls } from "./system-calls/guest-calls.ts";
import { type OnDiagnostic, reportFault } from "./system-calls/report-fault.ts";

export interface GuestDoorOptions {
  readonly isolate: GuestIsolate;
  readonly calls: GuestCalls;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
  readonly onDiagnostic: OnDiagnostic;
  /** Processor time that this thread has spent in the guest's calls, only to wait, in milliseconds: not the guest's. */
  readonly waitedCpuMs: (() => number) | undefined;
}

/** The way into one guest, for as long as its run goes on and within its budget. */
export class GuestDoor {
  /** What entries may take from here on. */
  budget: Budget;
  readonly #options: GuestDoorOptions;
  /** Of what the cell has worked for the guest, what has been charged. */
  #chargedMs = 0;

  constructor(options: GuestDoorOptions) {
    this.#options = options;
    this.budget = new RunBudget(options.limits, () => this.cpuTimeMs());
    // Whoever bounds an entry does not count the time in which the guest sits in a call.
    options.calls.endWhen(() => this.budget.overdue());
  }

  /** Whether the guest may be entered; ends a run that has been aborted or has used up what it may. */
  goesOn(): boolean {
    const { calls, signal } = this.#options;
    if (calls.record.ended !== undefined) return false;
    this.#chargeWork();
    if (signal?.aborted === true) calls.end(abortedOutcome(signal.reason));
    else {
      const exceeded = this.budget.exceeded();
      if (exceeded !== undefined) calls.end(exceeded);
    }
    return calls.record.ended === undefined;
  }

  /** Enters the guest; false when it has ended. */
  enter<Name extends GuestEntryName>(entry: Name, args: Parameters<GuestEntries[Name]>, invocation?: number): boolean {
    return this.enterFor(entry, args, invocation) !== undefined;
  }

  /** Enters the guest for a number (0 where it answers none); `undefined` when it has ended. */
  enterFor<Name extends GuestEntryName>(
    entry: Name,
    args: Parameters<GuestEntries[Name]>,
    invocation?: number,
  ): number | undefined {
    const { isolate, calls } = this.#options;
    if (!this.goesOn()) return undefined;
    const usedBefore = this.cpuTimeMs();
    const result = isolate.enter(entry, args, this.budget.entryBudget(invocation));
    this.budget.entered(this.cpuTimeMs() - usedBefore, invocation);
    if (result.kind !== "done") calls.end(this.#outcomeOfEntry(result));
    return calls.record.ended === undefined && result.kind === "done" ? (result.value ?? 0) : undefined;
  }

  /** CPU time that the guest has used, in milliseconds, also while it is entered. */
  cpuTimeMs(): number {
    const { isolate, calls, waitedCpuMs } = this.#options;
    return isolate.cpuTimeMs() - (waitedCpuMs?.() ?? 0) + calls.workedCpuMs;
  }

  /** What was done for it between two entries is borne by whoever bears the next. */
  #chargeWork(): void {
    const { workedCpuMs } = this.#options.calls;
    if (workedCpuMs === this.#chargedMs) return;
    this.budget.entered(workedCpuMs - this.#chargedMs);
    this.#chargedMs = workedCpuMs;
  }

  #outcomeOfEntry(result: Exclude<EntryResult, { readonly kind: "done" }>): Outcome {
    const { limits, onDiagnostic } = this.#options;
    switch (result.kind) {
      case "timed-out":
        return this.budget.timedOut(result.spent);
      case "out-of-memory":
        return { kind: "out-of-memory", code: 1, limitMiB: limits.memoryLimit };
      case "terminated":
        return { kind: "crashed", code: 1, errorMessage: "The guest was terminated" };
      case "failed":
        reportFault(onDiagnostic, "ERR_CELL_FAILED", { problem: result.message });
        return { kind: "crashed", code: 1, errorMessage: "The guest failed in a way that it cannot cause" };
      default:
        return result satisfies never;
    }
  }
}

function abortedOutcome(reason: unknown): Outcome {
  return typeof reason === "string" && reason !== ""
    ? { kind: "aborted", code: 130, reason }
    : { kind: "aborted", code: 130 };
}
