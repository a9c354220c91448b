import { type Diagnostic, VivariumError } from "@vivarium/core";
import type { Cell } from "./cell.ts";
import type { CellCommand } from "./cell-command.ts";
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
  readonly command: CellCommand;
  readonly zygote: SharedZygote;
  /** Memory limit (MiB) of the guests that wait. */
  readonly memoryLimit: number;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
}

/** How many copies are tried for one run, before it gets a process that the host spawns. */
const MOST_ATTEMPTS = 3;

interface Waiter {
  readonly memoryLimit: number;
  readonly resolve: (cell: Cell) => void;
  readonly reject: (error: unknown) => void;
}

/** The cells of one driver: some wait, one is made where none does, up to a bound, and further runs wait in order. */
export class CellPool {
  readonly #options: CellPoolOptions;
  readonly #source: CellSource;
  readonly #cells: Set<Cell> = new Set();
  readonly #idle: Set<Cell> = new Set();
  readonly #waiters: Set<Waiter> = new Set();
  #running = 0;
  #disposed = false;

  constructor(options: CellPoolOptions) {
    this.#options = options;
    const { command, zygote, oneRunPerCell, onDiagnostic } = options;
    const onQuick = (): void => this.#replenish();
    this.#source = new CellSource({ command, zygote, oneRunPerCell, onDiagnostic, onQuick });
  }

  /**
   * A cell for one run; give it back with {@link release}.
   * Rejects with `ERR_CELL_FAILED` when one cannot be started, `ERR_DISPOSED`, or the reason of `signal`.
   */
  async acquire(memoryLimit: number, signal?: AbortSignal): Promise<Cell> {
    if (this.#disposed) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
    signal?.throwIfAborted();
    for (let attempt = 1; ; attempt += 1) {
      const free = this.#running < this.#options.maxCells;
      const cell = free ? this.#take(memoryLimit, attempt) : await this.#wait(memoryLimit, signal);
      try {
        await cell.ready;
        return cell;
      } catch (error) {
        this.release(cell);
        // Another copy can be had at once; a process that does not start would only fail again.
        if (!cell.isCopy || attempt > MOST_ATTEMPTS) throw error;
      }
    }
  }

  /** Takes a cell back after a run. */
  release(cell: Cell): void {
    this.#running -= 1;
    const { memoryLimit } = this.#options;
    if (!this.#disposed) {
      this.#source.warm(memoryLimit);
      if (this.#isWanted(cell)) {
        cell.rest(memoryLimit);
        this.#idle.add(cell);
      } else void cell.dispose();
    }
    this.#serveWaiters();
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
    for (const waiter of this.#waiters)
      waiter.reject(new VivariumError("ERR_DISPOSED", { what: "the runtime driver" }));
    this.#waiters.clear();
    await Promise.all([...this.#cells].map((cell) => cell.dispose()));
    await this.#source.dispose();
  }

  #take(memoryLimit: number, attempt = 1): Cell {
    this.#running += 1;
    // When no copy gets through to this process, one that it spawns will.
    const cell =
      attempt > MOST_ATTEMPTS ? this.#spawn(memoryLimit) : (this.#takeIdle(memoryLimit) ?? this.#make(memoryLimit));
    cell.wake();
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
    const cell = this.#source.make(memoryLimit, (dead) => this.#forget(dead));
    this.#cells.add(cell);
    return cell;
  }

  #spawn(memoryLimit: number): Cell {
    const cell = this.#source.spawn(memoryLimit, (dead) => this.#forget(dead));
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
      cell.idle();
      this.#idle.add(cell);
    }
  }

  #wait(memoryLimit: number, signal: AbortSignal | undefined): Promise<Cell> {
    const { promise, resolve, reject } = Promise.withResolvers<Cell>();
    const waiter: Waiter = { memoryLimit, resolve, reject };
    const leave = (): void => {
      this.#waiters.delete(waiter);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#waiters.add(waiter);
    return promise.finally(() => signal?.removeEventListener("abort", leave));
  }

  #forget(cell: Cell): void {
    this.#cells.delete(cell);
    this.#idle.delete(cell);
  }

  #serveWaiters(): void {
    for (const waiter of this.#waiters) {
      if (this.#running >= this.#options.maxCells) return;
      this.#waiters.delete(waiter);
      waiter.resolve(this.#take(waiter.memoryLimit));
    }
  }
}
