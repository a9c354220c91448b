import type { Diagnostic } from "@vivarium/core";
import type { GuestKind } from "../channel/guest-kind.ts";
import type { RunStart } from "../run-start.ts";
import type { Cell } from "./cell.ts";
import { CellSource, type CellSourceOptions } from "./cell-source.ts";
import { startedCell } from "./cell-start.ts";
import { CellStarts } from "./cell-starts.ts";
import type { CellSupply } from "./cell-supply.ts";
import { type ConfinedCells, KnownConfinement } from "./known-confinement.ts";
import type { SharedZygote } from "./shared-zygote.ts";
import { Upkeep } from "./upkeep.ts";

export interface CellPoolSizes {
  /** Most runs at a time. */
  readonly maxCells: number;
  /** Most cells that wait beside those that run. */
  readonly waitingCells: number;
  /** Most runs that a cell serves, one after the other. */
  readonly runsPerCell: number;
  /** How long cells wait, in milliseconds, for another run that does not come; `Infinity`: for ever. */
  readonly cellIdleTimeMs: number;
  /** Whether cells are made to wait before the first run asks for one, and until it does. */
  readonly warmUp: boolean;
}

export interface CellPoolOptions extends CellPoolSizes, Pick<CellSourceOptions, "launch" | "accepts"> {
  readonly zygote: SharedZygote;
  /** Of the guests that wait. */
  readonly guestKind: GuestKind;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
}

/** The cells of one driver: some wait, and one is made where none does. How many runs ask at a time is the queue's matter. */
export class CellPool implements CellSupply {
  readonly #options: CellPoolOptions;
  readonly #source: CellSource;
  readonly #cells: Set<Cell> = new Set();
  readonly #idle: Set<Cell> = new Set();
  /** That no run is to have. */
  readonly #unwanted: Set<Cell> = new Set();
  readonly #upkeep: Upkeep = new Upkeep(() => this.#keepUp());
  readonly #starts: CellStarts = new CellStarts();
  readonly #confinement: KnownConfinement = new KnownConfinement();
  /** Cells whose guests stay. */
  #staying = 0;
  /** Runs at present. */
  #running = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  /** Whether cells wait for the first run. */
  #isExpectant: boolean;
  /** Whether none is to wait until a run comes. */
  #isDormant: boolean;
  #started = 0;
  #failed = 0;
  #disposed = false;

  constructor(options: CellPoolOptions) {
    this.#options = options;
    const { launch, accepts, zygote, runsPerCell, onDiagnostic, warmUp, guestKind } = options;
    this.#isDormant = !warmUp;
    this.#isExpectant = warmUp;
    this.#source = new CellSource({
      launch,
      accepts,
      zygote,
      runsPerCell,
      onDiagnostic,
      onConfined: (confined) => this.#confinement.take(confined, onDiagnostic),
      onQuick: () => this.#replenish(),
    });
    if (!warmUp) return;
    this.#source.warm(guestKind);
    this.#replenish();
    if (!this.#source.hasZygote && options.waitingCells > 0) this.#bootOne();
  }

  get confined(): ConfinedCells | undefined {
    return this.#confinement.confined;
  }

  get firstConfined(): Promise<ConfinedCells> {
    return this.#confinement.promise;
  }

  get status(): CellSupply["status"] {
    const cellsReady = [...this.#idle].filter((cell) => cell.waiting).length;
    return {
      cells: this.#cells.size,
      cellsReady,
      cellsStarting: this.#starts.count(this.#cells),
      cellsStarted: this.#started,
      cellsFailed: this.#failed,
    };
  }

  async acquire(guestKind: GuestKind, start: RunStart): Promise<Cell> {
    return startedCell({
      next: (isLast) => this.#take(guestKind, isLast),
      giveBack: (cell) => this.release(cell, false),
      isDisposed: () => this.#disposed,
      starts: this.#starts,
      start,
    });
  }

  expectMore(guestKind: GuestKind): Promise<void> {
    return this.#source.warmed(guestKind);
  }

  stays(): void {
    this.#isExpectant = false;
    this.#staying += 1;
    // Whoever has one program stay has others: as after a run, the next comes from a copy.
    if (!this.#disposed) this.#source.warm(this.#options.guestKind);
    this.#runIsOver();
    this.#upkeep.soon();
  }

  release(cell: Cell, hadStayed: boolean): void {
    const { guestKind } = this.#options;
    if (cell.isUsed) this.#isExpectant = false;
    if (hadStayed) this.#staying -= 1;
    else this.#runIsOver();
    if (!this.#disposed) {
      this.#source.warm(guestKind);
      if (this.#isWanted(cell)) {
        cell.keepAlive(false);
        this.#idle.add(cell);
      } else this.#unwanted.add(cell);
    }
    this.#upkeep.soon();
  }

  #runIsOver(): void {
    this.#running -= 1;
    if (this.#running === 0 && !this.#disposed) this.#startIdleTimer();
  }

  #keepUp(): void {
    if (this.#disposed) return;
    for (const cell of this.#idle) {
      // A guest that it was still booting when its run gave up is what such a run will ask for again.
      if (!cell.isBooting) cell.rest(this.#options.guestKind);
    }
    this.#endUnwanted();
    this.#replenish();
  }

  #endUnwanted(): void {
    for (const cell of this.#unwanted) void cell.dispose();
    this.#unwanted.clear();
  }

  /** Whether it shall wait for another run. */
  #isWanted(cell: Cell): boolean {
    const { guestKind, maxCells, waitingCells } = this.#options;
    if (!cell.isReusable || this.#cells.size - this.#staying > maxCells + waitingCells) return false;
    return cell.isCopy || !this.#source.isQuick(guestKind);
  }

  /** Ends every cell. Settles when all are gone. Idempotent. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#upkeep.cancel();
    clearTimeout(this.#idleTimer);
    await Promise.all([...this.#cells].map((cell) => cell.dispose()));
    await this.#source.dispose();
  }

  #take(guestKind: GuestKind, isLast: boolean): Cell {
    this.#running += 1;
    this.#isDormant = false;
    clearTimeout(this.#idleTimer);
    // When no copy gets through to this process, one that it spawns will.
    const cell = isLast ? this.#spawn(guestKind) : (this.#takeIdle(guestKind) ?? this.#make(guestKind));
    cell.keepAlive(true);
    if (this.#idle.size === 0) this.#upkeep.soon();
    else this.#upkeep.later();
    return cell;
  }

  /** One whose guest waits with the right limit, else one that makes such a guest or is about to, else any. */
  #takeIdle(guestKind: GuestKind): Cell | undefined {
    const fits = (cell: Cell): number => {
      if ((cell.guestKind ?? this.#options.guestKind) !== guestKind) return 0;
      return cell.waiting ? 2 : 1;
    };
    let best: Cell | undefined;
    for (const cell of this.#idle) {
      if (best === undefined || fits(cell) > fits(best)) best = cell;
    }
    if (best === undefined || (fits(best) === 0 && this.#source.isQuick(guestKind))) return undefined;
    this.#idle.delete(best);
    // Between two runs it gets what makes them quick, also where one comes upon the other; a copy has all that.
    if (!best.isCopy) best.rest(guestKind);
    return best;
  }

  #make(guestKind: GuestKind): Cell {
    this.#source.warmFurther(guestKind);
    return this.#keep(this.#source.make(guestKind, (dead) => this.#forget(dead)));
  }

  #spawn(guestKind: GuestKind): Cell {
    return this.#keep(this.#source.spawn(guestKind, (dead) => this.#forget(dead)));
  }

  #keep(cell: Cell): Cell {
    this.#endUnwanted();
    this.#started += 1;
    this.#cells.add(cell);
    return cell;
  }

  /** Where cells can be had at once, has some wait: those, and no others. */
  #replenish(): void {
    const { guestKind, waitingCells } = this.#options;
    if (this.#disposed || this.#isDormant || !this.#source.isQuick(guestKind)) return;
    for (const cell of this.#idle) {
      if (cell.isCopy) continue;
      this.#idle.delete(cell);
      void cell.dispose();
    }
    while (this.#idle.size < waitingCells) this.#makeIdle();
  }

  #makeIdle(): void {
    const cell = this.#make(this.#options.guestKind);
    cell.keepAlive(false);
    this.#idle.add(cell);
  }

  /** Where there are no copies, one cell that boots by itself waits. */
  #bootOne(): void {
    try {
      this.#makeIdle();
    } catch {
      // A runtime can be made all the same; its first run hears why there is no cell.
    }
  }

  #startIdleTimer(): void {
    const { cellIdleTimeMs } = this.#options;
    clearTimeout(this.#idleTimer);
    if (this.#isExpectant || cellIdleTimeMs === Number.POSITIVE_INFINITY) return;
    this.#idleTimer = setTimeout(() => this.#sleep(), cellIdleTimeMs).unref();
  }

  /** What nobody has needed for a while is not kept. */
  #sleep(): void {
    this.#isDormant = true;
    for (const cell of this.#idle) void cell.dispose();
    this.#idle.clear();
  }

  #forget(cell: Cell): void {
    if (cell.hasFailed) this.#failed += 1;
    this.#starts.lost(cell);
    this.#cells.delete(cell);
    this.#idle.delete(cell);
  }
}
