import type { GuestKind } from "../channel/guest-kind.ts";
import type { RunStart } from "../run-start.ts";
import type { Cell } from "./cell.ts";
import type { CellSupply } from "./cell-supply.ts";
import type { ConfinedCells } from "./known-confinement.ts";
import type { SharedCells, SharedCellsUser } from "./shared-cells.ts";

/** What one driver has of the cells that it shares. */
export class SharedCellSupply implements CellSupply {
  readonly #cells: SharedCells;
  readonly #user: SharedCellsUser;
  #running = 0;
  #over: PromiseWithResolvers<void> | undefined;

  constructor(cells: SharedCells, user: SharedCellsUser) {
    this.#cells = cells;
    this.#user = user;
    cells.join(user);
  }

  get confined(): ConfinedCells | undefined {
    return this.#cells.confined;
  }

  get firstConfined(): Promise<ConfinedCells> {
    return this.#cells.firstConfined;
  }

  get status(): CellSupply["status"] {
    return this.#cells.status;
  }

  async acquire(guestKind: GuestKind, start: RunStart): Promise<Cell> {
    this.#running += 1;
    try {
      return await this.#cells.acquire(guestKind, () => this.#over !== undefined, start);
    } catch (error) {
      this.#left();
      throw error;
    }
  }

  stays(cell: Cell): void {
    this.#cells.serve(this.#user);
    this.#cells.stays(cell);
  }

  release(cell: Cell, hadStayed: boolean): void {
    if (cell.isUsed) this.#cells.serve(this.#user);
    this.#cells.release(cell, this.#user.guestKind, hadStayed);
    this.#left();
  }

  async dispose(): Promise<void> {
    this.#over ??= Promise.withResolvers();
    this.#cells.endRuns(this);
    if (this.#running === 0) this.#over.resolve();
    await this.#over.promise;
    await this.#cells.leave(this.#user);
  }

  #left(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#over?.resolve();
  }
}
