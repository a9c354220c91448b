import { type Diagnostic, type Limits, type Outcome, VivariumError } from "@vivarium/core";
import { IGNORED_EXIT } from "@vivarium/guest-node";

/** How a cell's process ended. */
export interface CellDeath {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last that it wrote on stderr. A guest may have chosen these words: they are for diagnostics only. */
  readonly stderr: string;
  /** Why the host killed it, when it did for a fault of the cell. */
  readonly fault: unknown;
}

/** A fault that is none of the channel's; its message says in words that show nothing of the host what the cell did. */
export class CellFault extends Error {}

/** What V8 and Node say when memory is refused to them. */
const OUT_OF_MEMORY = /out of memory|Allocation failed|AllocateRaw|is_heap_oom|std::bad_alloc/u;

/** The last words of a cell that a guest has held up: see `ThreadControls.beginCpuWatch`. */
const HELD_UP = /\nheld up by (\d{1,10})\n$/u;

/**
 * The run whose guest has held its cell up, so that the cell has ended with all others. It has used up its CPU time, and was in
 * something that does not listen to V8.
 */
export function holderOf({ fault, exitCode, stderr }: CellDeath): number | undefined {
  if (fault !== undefined || exitCode !== IGNORED_EXIT) return undefined;
  const run = HELD_UP.exec(stderr)?.[1];
  return run === undefined ? undefined : Number(run);
}

/** The outcome of a run whose cell has ended under it, for no reason that the host had. */
export function outcomeOfDeath(death: CellDeath, limits: Limits): Outcome {
  if (death.fault === undefined && OUT_OF_MEMORY.test(death.stderr)) {
    return { kind: "out-of-memory", code: 1, limitMiB: limits.memoryLimit };
  }
  return { kind: "crashed", code: 1, errorMessage: `The cell failed: ${describeDeath(death)}` };
}

/** As {@link outcomeOfDeath}, where any of several may have been the cause. */
export function outcomeOfSharedDeath(death: CellDeath): Outcome {
  const errorMessage = `The cell, which was shared with other runs, failed: ${describeDeath(death)}`;
  return { kind: "crashed", code: 1, errorMessage };
}

/** How a cell ended, in words that show nothing of the host. */
export function describeDeath(death: CellDeath): string {
  if (death.fault instanceof CellFault) return death.fault.message;
  if (death.fault !== undefined) return "it broke the rules of its channel";
  if (holderOf(death) !== undefined)
    return "a run went on beyond its CPU time, in something that cannot be interrupted";
  if (death.signal !== null) return `it ended with signal ${death.signal}`;
  return death.exitCode === null ? "it could not be started" : `it ended with exit code ${death.exitCode}`;
}

/** What the embedder hears of it. */
export function deathDiagnostic(death: CellDeath): Diagnostic {
  const { code, message } = new VivariumError("ERR_CELL_FAILED", { problem: describeDeath(death) });
  return { code, message, cause: death.fault ?? death.stderr };
}

/** Whether a guest has ended without being stopped: what was in the way of another may have left something undone. */
export function endedByItself({ kind }: Outcome): boolean {
  return kind === "returned" || kind === "threw" || kind === "exited";
}
