import { VivariumError } from "@vivarium/core";
import { type Cell, START_TIMEOUT_MS } from "./cell.ts";

/** How many cells are tried for one run, before it gets a process that the host spawns, its last. */
const MOST_ATTEMPTS = 3;

export interface CellStart {
  /** The next cell to try; `isLast`: one that the host spawns itself. */
  readonly next: (isLast: boolean) => Cell | Promise<Cell>;
  /** It is of no use. */
  readonly giveBack: (cell: Cell) => void;
  readonly isDisposed: () => boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * A cell that has said that it is there. Whatever ended one before it may have been its own bad luck; whatever is wrong
 * with all cells is wrong with the last, too.
 */
export async function startedCell({ next, giveBack, isDisposed, signal }: CellStart): Promise<Cell> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (let attempt = 1; ; attempt += 1) {
    if (isDisposed()) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
    const cell = await next(attempt > MOST_ATTEMPTS);
    try {
      await unlessAborted(cell.ready, signal);
      return cell;
    } catch (error) {
      giveBack(cell);
      signal?.throwIfAborted();
      if (attempt > MOST_ATTEMPTS || performance.now() > deadline) throw error;
    }
  }
}

/** Whoever has been aborted does not wait for what takes its time. */
export async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return value;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
