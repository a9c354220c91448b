import { VivariumError } from "@vivarium/core";
import type { RunStart } from "../run-start.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { type Cell, START_TIMEOUT_MS } from "./cell.ts";
import type { CellStarts } from "./cell-starts.ts";

/** How many cells are tried for one run, before it gets a process that the host spawns, its last. */
const MOST_ATTEMPTS = 3;

export interface CellStart {
  /** The next cell to try; `isLast`: one that the host spawns itself. */
  readonly next: (isLast: boolean) => Cell | Promise<Cell>;
  /** It is of no use. */
  readonly giveBack: (cell: Cell) => void;
  readonly isDisposed: () => boolean;
  readonly starts: CellStarts;
  readonly start: RunStart;
}

/**
 * A cell that has said that it is there. Whatever ended one before it may have been its own bad luck; whatever is wrong
 * with all cells is wrong with the last, too.
 */
export async function startedCell(options: CellStart): Promise<Cell> {
  const { next, giveBack, isDisposed, starts, start } = options;
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (let attempt = 1; ; attempt += 1) {
    if (isDisposed()) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
    const cell = await next(attempt > MOST_ATTEMPTS);
    try {
      start.awaits(starts.reason, "no cell has started");
      await unlessAborted(cell.ready, start.signal);
      // A copy has one from its start. To any other no program is sent before: one that is taken back uses the guest up.
      if (!cell.isCopy) {
        start.awaits(starts.reason, "its cell has not made a guest ready");
        await unlessAborted(cell.booted, start.signal);
      }
      starts.took(cell);
      return cell;
    } catch (error) {
      giveBack(cell);
      start.signal.throwIfAborted();
      if (attempt > MOST_ATTEMPTS || performance.now() > deadline) throw error;
    }
  }
}
