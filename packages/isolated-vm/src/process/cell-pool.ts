import { type Diagnostic, type RuntimeDriverStatus, VivariumError } from "@vivarium/core";
import type { Confined } from "../cell/cell-confinement.ts";
import { type Cell, START_TIMEOUT_MS } from "./cell.ts";
import type { LaunchCell } from "./cell-process.ts";
import { CellSource } from "./cell-source.ts";
import type { SharedZygote } from "./shared-zygote.ts";

export interface CellPoolSizes {
  /** Most runs at a time. */
  readonly maxCells: number;
  /** Most cells that wait beside those that run. */
  readonly waitingCells: number;
  /** Whether a cell is for one run only. */
  readonly oneRunPerCell: boolean;
}

export interface CellPoolOptions extends CellPoolSizes {
  /** Starts a cell that is no copy of the zygote. */
  readonly launch: LaunchCell;
  readonly zygote: SharedZygote;
  /** Memory limit (MiB) of the guests that wait. */
  readonly memoryLimit: number;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
}

/** How many cells are tried for one run, before it gets a process that the host spawns, its last. */
const MOST_ATTEMPTS = 3;

/** The cells of one driver: some wait, and one is made where none does. How many runs ask at a time is the queue's matter. */
export class CellPool {
  readonly #options: CellPoolOptions;
  readonly #source: CellSource;
  readonly #cells: Set<Cell> = new Set();
  readonly #idle: Set<Cell> = new Set();
  readonly #firstConfined: PromiseWithResolvers<Confined> = Promise.withResolvers();
  #confined: Confined | undefined;
  #started = 0;
  #failed = 0;
  #disposed = false;

  constructor(options: CellPoolOptions) {
    this.#options = options;
    const { launch, zygote, oneRunPerCell, onDiagnostic } = options;
    this.#source = new CellSource({
      launch,
      zygote,
      oneRunPerCell,
      onDiagnostic,
      onConfined: (confined) => this.#hearConfined(confined),
      onQuick: () => this.#replenish(),
    });
  }

  /** What has become of the first cell that was to be confined, which holds for all of this machine; undefined before. */
  get confined(): Confined | undefined {
    return this.#confined;
  }

  /** {@link confined}, once there is one. */
  get firstConfined(): Promise<Confined> {
    return this.#firstConfined.promise;
  }

  /** How many cells there are, and what has become of others. */
  get status(): Pick<RuntimeDriverStatus, "cells" | "cellsStarted" | "cellsFailed"> {
    return { cells: this.#cells.size, cellsStarted: this.#started, cellsFailed: this.#failed };
  }

  /**
   * A cell for one run; give it back with {@link release}.
   * Rejects with `ERR_CELL_FAILED` when one cannot be started, `ERR_DISPOSED`, or the reason of `signal`.
   */
  async acquire(memoryLimit: number, signal?: AbortSignal): Promise<Cell> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (let attempt = 1; ; attempt += 1) {
      if (this.#disposed) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
      const cell = this.#take(memoryLimit, attempt);
      try {
        await unlessAborted(cell.ready, signal);
        return cell;
      } catch (error) {
        this.release(cell);
        signal?.throwIfAborted();
        // Whatever ended it may have been its own bad luck; whatever is wrong with all cells is wrong with the last, too.
        if (attempt > MOST_ATTEMPTS || performance.now() > deadline) throw error;
      }
    }
  }

  /** Takes a cell back after a run. */
  release(cell: Cell): void {
    const { memoryLimit } = this.#options;
    if (!this.#disposed) {
      this.#source.warm(memoryLimit);
      if (this.#isWanted(cell)) {
        cell.rest(memoryLimit);
        this.#idle.add(cell);
      } else void cell.dispose();
    }
    this.#replenish();
  }

  /** Whether it shall wait for another run. */
  #isWanted(cell: Cell): boolean {
    const { memoryLimit, maxCells, waitingCells } = this.#options;
    if (!cell.isReusable || this.#cells.size > maxCells + waitingCells) return false;
    return cell.isCopy || !this.#source.isQuick(memoryLimit);
  }

  /** Ends every cell. Settles when all are gone. Idempotent. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all([...this.#cells].map((cell) => cell.dispose()));
    await this.#source.dispose();
  }

  #take(memoryLimit: number, attempt: number): Cell {
    // When no copy gets through to this process, one that it spawns will.
    const cell =
      attempt > MOST_ATTEMPTS ? this.#spawn(memoryLimit) : (this.#takeIdle(memoryLimit) ?? this.#make(memoryLimit));
    cell.keepAlive(true);
    this.#replenish();
    return cell;
  }

  /** One whose guest waits with the right limit, else one that is making such a guest, else any. */
  #takeIdle(memoryLimit: number): Cell | undefined {
    const fits = (cell: Cell): number => (cell.memoryLimit !== memoryLimit ? 0 : cell.waiting ? 2 : 1);
    let best: Cell | undefined;
    for (const cell of this.#idle) {
      if (best === undefined || fits(cell) > fits(best)) best = cell;
    }
    if (best === undefined || (fits(best) === 0 && this.#source.isQuick(memoryLimit))) return undefined;
    this.#idle.delete(best);
    return best;
  }

  #make(memoryLimit: number): Cell {
    this.#source.warmFurther(memoryLimit);
    return this.#keep(this.#source.make(memoryLimit, (dead) => this.#forget(dead)));
  }

  #spawn(memoryLimit: number): Cell {
    return this.#keep(this.#source.spawn(memoryLimit, (dead) => this.#forget(dead)));
  }

  #keep(cell: Cell): Cell {
    this.#started += 1;
    this.#cells.add(cell);
    return cell;
  }

  /** Where cells can be had at once, has some wait: those, and no others. */
  #replenish(): void {
    const { memoryLimit, waitingCells } = this.#options;
    if (this.#disposed || !this.#source.isQuick(memoryLimit)) return;
    for (const cell of this.#idle) {
      if (cell.isCopy) continue;
      this.#idle.delete(cell);
      void cell.dispose();
    }
    while (this.#idle.size < waitingCells) {
      const cell = this.#make(memoryLimit);
      cell.keepAlive(false);
      this.#idle.add(cell);
    }
  }

  #hearConfined(confined: Confined): void {
    if (this.#confined !== undefined) return;
    this.#confined = confined;
    this.#firstConfined.resolve(confined);
    const { problem } = confined;
    if (problem === "") return;
    const { code, message } = new VivariumError("ERR_CELL_UNCONFINED", { problem });
    this.#options.onDiagnostic({ code, message });
  }

  #forget(cell: Cell): void {
    if (cell.hasFailed) this.#failed += 1;
    this.#cells.delete(cell);
    this.#idle.delete(cell);
  }
}

/** Whoever has been aborted does not wait for a cell that takes its time. */
async function unlessAborted(ready: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([ready, aborted]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}
