import { type Diagnostic, VivariumError } from "@vivarium/core";
import { disposedOutcome } from "../abort-outcome.ts";
import type { GuestKind } from "../channel/guest-kind.ts";
import type { RunStart } from "../run-start.ts";
import { unlessAborted } from "../unless-aborted.ts";
import type { Cell } from "./cell.ts";
import type { CellPoolSizes } from "./cell-pool.ts";
import { CellSource, type CellSourceOptions } from "./cell-source.ts";
import { startedCell } from "./cell-start.ts";
import { CellStarts } from "./cell-starts.ts";
import type { CellSupply } from "./cell-supply.ts";
import { type ConfinedCells, KnownConfinement } from "./known-confinement.ts";
import type { SharedZygote } from "./shared-zygote.ts";

/** Between two looks at nothing, in milliseconds. */
const LONG_TIME_MS = 60_000;

export interface SharedCellsOptions
  extends Omit<CellPoolSizes, "waitingCells">,
    Pick<CellSourceOptions, "launch" | "accepts"> {
  /** Most guests at a time in one cell. */
  readonly guestsPerCell: number;
  readonly zygote: SharedZygote;
}

interface WantedPlace {
  readonly guestKind: GuestKind;
  /** Whether other cells were tried in vain: then it is one that the host spawns. */
  readonly isLast: boolean;
  readonly isDisposed: () => boolean;
  readonly start: RunStart;
}

/** A driver, as far as the cells that it shares know it. */
export interface SharedCellsUser {
  /** Of the guests that wait for it. */
  readonly guestKind: GuestKind;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
}

/** The cells of all drivers of one factory, each with several guests at a time. There are cells while there are drivers. */
export class SharedCells {
  readonly #options: SharedCellsOptions;
  readonly #users: Set<SharedCellsUser> = new Set();
  /** Those for whose first run a cell waits. */
  readonly #expectant: Set<SharedCellsUser> = new Set();
  /** How many runs have a place in each cell. */
  readonly #taken: Map<Cell, number> = new Map();
  /** How many guests stay in each cell that has such. */
  readonly #staying: Map<Cell, number> = new Map();
  readonly #idle: Map<Cell, NodeJS.Timeout | undefined> = new Map();
  readonly #starts: CellStarts = new CellStarts();
  readonly #confinement: KnownConfinement = new KnownConfinement();
  #room: PromiseWithResolvers<void> = Promise.withResolvers();
  #source: CellSource | undefined;
  #started = 0;
  #failed = 0;

  constructor(options: SharedCellsOptions) {
    this.#options = options;
  }

  get confined(): ConfinedCells | undefined {
    return this.#confinement.confined;
  }

  get firstConfined(): Promise<ConfinedCells> {
    return this.#confinement.promise;
  }

  get status(): CellSupply["status"] {
    const ready = [...this.#taken.keys()].filter((cell) => cell.waiting && this.#hasPlace(cell));
    return {
      cells: this.#taken.size,
      cellsReady: ready.length,
      cellsStarting: this.#starts.count(this.#taken.keys()),
      cellsStarted: this.#started,
      cellsFailed: this.#failed,
    };
  }

  /** There are cells from here on, until the last has left. */
  join(user: SharedCellsUser): void {
    this.#users.add(user);
    this.#open();
    if (!this.#options.warmUp) return;
    this.#expectant.add(user);
    this.#warmUp(user);
  }

  /** A driver has had its first run. Idempotent. */
  serve(user: SharedCellsUser): void {
    if (!this.#expectant.delete(user) || this.#expectant.size > 0) return;
    for (const cell of [...this.#idle.keys()]) this.#endLater(cell);
  }

  /** See {@link CellSupply.acquire}. */
  async acquire(guestKind: GuestKind, isDisposed: () => boolean, start: RunStart): Promise<Cell> {
    return startedCell({
      next: (isLast) => this.#place({ guestKind, isLast, isDisposed, start }),
      giveBack: (cell) => this.release(cell, guestKind, false),
      isDisposed,
      starts: this.#starts,
      start,
    });
  }

  /** A run has become a guest that stays: another may have its place. */
  stays(cell: Cell): void {
    this.#count(this.#staying, cell, 1);
    this.#count(this.#taken, cell, -1);
    this.#makeRoom();
  }

  /** A run has left its place, or a guest that stayed its cell; one of this kind may come next. */
  release(cell: Cell, guestKind: GuestKind, hadStayed: boolean): void {
    this.#count(hadStayed ? this.#staying : this.#taken, cell, -1);
    if (this.#taken.get(cell) === 0 && this.#stayingIn(cell) === 0) this.#rest(cell, guestKind);
    this.#source?.warm(guestKind);
    this.#makeRoom();
  }

  /** Ends what runs for one driver. */
  endRuns(owner: object): void {
    for (const cell of this.#taken.keys()) cell.endRuns(owner, disposedOutcome);
    // Whoever waits for a place of its own is to see that it need not.
    this.#makeRoom();
  }

  /** A driver is gone; the cells go with the last. */
  async leave(user: SharedCellsUser): Promise<void> {
    if (!this.#users.delete(user)) return;
    this.serve(user);
    if (this.#users.size > 0) return;
    const source = this.#source;
    this.#source = undefined;
    for (const timer of this.#idle.values()) clearTimeout(timer);
    await Promise.all([...this.#taken.keys()].map((cell) => cell.dispose()));
    await source?.dispose();
  }

  #open(): CellSource {
    const { launch, accepts, zygote, runsPerCell } = this.#options;
    const onDiagnostic = (diagnostic: Diagnostic): void => {
      for (const user of this.#users) user.onDiagnostic(diagnostic);
    };
    this.#source ??= new CellSource({
      launch,
      accepts,
      zygote,
      runsPerCell,
      isShared: true,
      onDiagnostic,
      onConfined: (confined) => this.#confinement.take(confined, onDiagnostic),
      onQuick: () => this.#replaceSlow(),
      onRoom: () => this.#makeRoom(),
    });
    return this.#source;
  }

  /** Copies can be had from now on: a cell that waits and has to boot its guests by itself is not needed any more. */
  #replaceSlow(): void {
    for (const cell of [...this.#idle.keys()]) {
      if (!cell.isCopy) void cell.dispose();
    }
    const [user] = this.#users;
    if (this.#options.warmUp && user !== undefined) this.#warmUp(user);
    this.#makeRoom();
  }

  /** Has a cell wait. */
  #warmUp({ guestKind }: SharedCellsUser): void {
    const source = this.#open();
    source.warm(guestKind);
    const isThere = [...this.#taken.keys()].some((cell) => !cell.dead && (cell.isCopy || !source.isQuick(guestKind)));
    if (!isThere) this.#rest(this.#make(source, guestKind), guestKind);
  }

  /** A place in a cell; waits while there is none. */
  async #place({ guestKind, isLast, isDisposed, start }: WantedPlace): Promise<Cell> {
    for (;;) {
      if (isDisposed()) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
      const source = this.#open();
      const cell = isLast ? this.#spawn(source, guestKind) : this.#choose(source, guestKind);
      if (cell !== undefined) return this.#take(cell);
      await this.#untilRoom(start);
    }
  }

  /** Keeps the host's event loop alive: the cells do not, when nobody waits for the runs that they have to let go of. */
  async #untilRoom(start: RunStart): Promise<void> {
    const { maxCells, guestsPerCell } = this.#options;
    const places = `each of ${maxCells} cells has ${guestsPerCell} guests`;
    start.awaits("at-capacity", `at capacity: ${places}, some of which have been given up, and no place has come free`);
    const hold = setInterval(() => undefined, LONG_TIME_MS);
    try {
      await unlessAborted(this.#room.promise, start.signal);
    } finally {
      clearInterval(hold);
    }
  }

  /** Of a cell that is gone, nothing is counted. */
  #count(where: Map<Cell, number>, cell: Cell, by: 1 | -1): void {
    if (this.#taken.has(cell)) where.set(cell, (where.get(cell) ?? 0) + by);
  }

  #stayingIn(cell: Cell): number {
    return this.#staying.get(cell) ?? 0;
  }

  #take(cell: Cell): Cell {
    clearTimeout(this.#idle.get(cell));
    this.#idle.delete(cell);
    this.#count(this.#taken, cell, 1);
    cell.keepAlive(true);
    return cell;
  }

  /** The one with the fewest guests, or one more while each has some: a guest that computes holds up the others. */
  #choose(source: CellSource, guestKind: GuestKind): Cell | undefined {
    const { maxCells } = this.#options;
    const open = [...this.#taken.keys()].filter((cell) => cell.isReusable);
    const guests = (cell: Cell): number => this.#load(cell) + this.#stayingIn(cell);
    const [best] = open.filter((cell) => this.#hasPlace(cell)).toSorted((one, other) => guests(one) - guests(other));
    if (best !== undefined && (guests(best) === 0 || !source.isQuick(guestKind))) return best;
    if (open.length < maxCells) return this.#make(source, guestKind);
    return best;
  }

  #load(cell: Cell): number {
    return (this.#taken.get(cell) ?? 0) + cell.leaving;
  }

  #hasPlace(cell: Cell): boolean {
    return cell.isReusable && this.#load(cell) < this.#options.guestsPerCell;
  }

  #make(source: CellSource, guestKind: GuestKind): Cell {
    source.warm(guestKind);
    return this.#keep(source.make(guestKind, (dead) => this.#forget(dead)));
  }

  #spawn(source: CellSource, guestKind: GuestKind): Cell {
    return this.#keep(source.spawn(guestKind, (dead) => this.#forget(dead)));
  }

  #keep(cell: Cell): Cell {
    this.#started += 1;
    this.#taken.set(cell, 0);
    return cell;
  }

  /** It has no run at present. */
  #rest(cell: Cell, guestKind: GuestKind): void {
    const source = this.#source;
    // One that boots by itself goes as soon as copies can be had.
    const isOutdone = !cell.isCopy && source?.isQuick(guestKind) === true;
    // One that is held up would go on for nobody: with the core, and, when it takes no answers, with the host's event loop.
    if (source === undefined || !cell.isReusable || isOutdone || cell.isHeldUp) {
      void cell.dispose();
      return;
    }
    cell.rest(guestKind);
    this.#endLater(cell);
  }

  /** It ends when nobody has needed it for a while. */
  #endLater(cell: Cell): void {
    const { cellIdleTimeMs } = this.#options;
    clearTimeout(this.#idle.get(cell));
    const isEndless = cellIdleTimeMs === Number.POSITIVE_INFINITY;
    this.#idle.set(cell, isEndless ? undefined : setTimeout(() => this.#endIdle(cell), cellIdleTimeMs).unref());
  }

  #endIdle(cell: Cell): void {
    // The last one is kept for a first run.
    if (this.#expectant.size > 0 && this.#idle.size === 1) return;
    this.#idle.delete(cell);
    void cell.dispose();
  }

  #makeRoom(): void {
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  #forget(cell: Cell): void {
    if (cell.hasFailed) this.#failed += 1;
    this.#starts.lost(cell);
    clearTimeout(this.#idle.get(cell));
    this.#idle.delete(cell);
    this.#taken.delete(cell);
    this.#staying.delete(cell);
    this.#makeRoom();
  }
}
