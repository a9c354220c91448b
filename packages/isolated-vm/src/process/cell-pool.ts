import { type Diagnostic, VivariumError } from "@vivarium/core";
import { Cell } from "./cell.ts";
import type { CellCommand } from "./cell-command.ts";

export interface CellPoolOptions {
  readonly command: CellCommand;
  /** Most cells at a time. */
  readonly maxCells: number;
  /** Memory limit (MiB) of the guests that wait. */
  readonly memoryLimit: number;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
}

interface Waiter {
  readonly memoryLimit: number;
  readonly resolve: (cell: Cell) => void;
  readonly reject: (error: unknown) => void;
}

/** The cells of one driver: idle ones are used again, new ones are made up to a bound, and further runs wait in order. */
export class CellPool {
  readonly #options: CellPoolOptions;
  readonly #cells: Set<Cell> = new Set();
  readonly #idle: Set<Cell> = new Set();
  readonly #waiters: Set<Waiter> = new Set();
  #disposed = false;

  constructor(options: CellPoolOptions) {
    this.#options = options;
  }

  /**
   * A cell for one run; give it back with {@link release}.
   * Rejects with `ERR_CELL_FAILED` when one cannot be started, `ERR_DISPOSED`, or the reason of `signal`.
   */
  async acquire(memoryLimit: number, signal?: AbortSignal): Promise<Cell> {
    if (this.#disposed) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
    signal?.throwIfAborted();
    const cell = this.#takeIdle(memoryLimit) ?? this.#make(memoryLimit) ?? (await this.#wait(memoryLimit, signal));
    try {
      await cell.ready;
      return cell;
    } catch (error) {
      this.release(cell);
      throw error;
    }
  }

  /** Takes a cell back after a run. A dead one is forgotten. */
  release(cell: Cell): void {
    if (!cell.dead && !this.#disposed) {
      cell.rest(this.#options.memoryLimit);
      this.#idle.add(cell);
    }
    this.#serveWaiters();
  }

  /** Ends every cell. Settles when all are gone. Idempotent. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const waiter of this.#waiters)
      waiter.reject(new VivariumError("ERR_DISPOSED", { what: "the runtime driver" }));
    this.#waiters.clear();
    await Promise.all([...this.#cells].map((cell) => cell.dispose()));
  }

  /** One whose guest waits with the right limit, else one that is making such a guest, else any. */
  #takeIdle(memoryLimit: number): Cell | undefined {
    const fits = (cell: Cell): number => (cell.memoryLimit !== memoryLimit ? 0 : cell.waiting ? 2 : 1);
    let best: Cell | undefined;
    for (const cell of this.#idle) {
      if (best === undefined || fits(cell) > fits(best)) best = cell;
    }
    if (best !== undefined) this.#idle.delete(best);
    return best;
  }

  #make(memoryLimit: number): Cell | undefined {
    if (this.#cells.size >= this.#options.maxCells) return undefined;
    const { command, onDiagnostic } = this.#options;
    const cell = new Cell({ command, memoryLimit, onDiagnostic, onDeath: (dead) => this.#forget(dead) });
    this.#cells.add(cell);
    return cell;
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
    this.#serveWaiters();
  }

  #serveWaiters(): void {
    for (const waiter of this.#waiters) {
      const cell = this.#takeIdle(waiter.memoryLimit) ?? this.#make(waiter.memoryLimit);
      if (cell === undefined) return;
      this.#waiters.delete(waiter);
      waiter.resolve(cell);
    }
  }
}
