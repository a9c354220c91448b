import type { Cell } from "./cell.ts";

/**
 * Whether the cells that are being started will come, as far as anybody knows: not after one that has ended before it had
 * a guest, until there is one that has had some.
 */
export class CellStarts {
  #hasFailed = false;

  /** Why a run does not begin that has waited for one too long. */
  get reason(): "starting" | "no-cell" {
    return this.#hasFailed ? "no-cell" : "starting";
  }

  /** How many of these are being started, unless there is no telling. */
  count(cells: Iterable<Cell>): number {
    if (this.#hasFailed) return 0;
    return [...cells].filter((cell) => !cell.dead && !cell.hasBooted).length;
  }

  /** A run has this one. */
  took(cell: Cell): void {
    if (cell.hasBooted) this.#hasFailed = false;
  }

  /** This one has ended. */
  lost(cell: Cell): void {
    if (cell.hasFailed && !cell.hasBooted) this.#hasFailed = true;
  }
}
