import type { RuntimeDriverStatus } from "@vivarium/core";
import type { GuestKind } from "../channel/guest-kind.ts";
import type { RunStart } from "../run-start.ts";
import type { Cell } from "./cell.ts";
import type { ConfinedCells } from "./known-confinement.ts";

/** Where a driver has its cells from. */
export interface CellSupply {
  /** What has become of the cells that were to be confined; undefined before the first. */
  readonly confined: ConfinedCells | undefined;
  /** {@link confined}, once there is one. */
  readonly firstConfined: Promise<ConfinedCells>;
  /** How many cells there are, and what has become of others. */
  readonly status: Pick<RuntimeDriverStatus, "cells" | "cellsReady" | "cellsStarting" | "cellsStarted" | "cellsFailed">;
  /**
   * A cell for one run, which has said that it is there, and has made a guest ready; give it back with {@link release}.
   * Rejects with `ERR_CELL_FAILED` when one cannot be started, `ERR_DISPOSED`, or the reason of the start's signal.
   */
  acquire(guestKind: GuestKind, start: RunStart): Promise<Cell>;
  /**
   * Whoever runs asks for others like it: to make ready what all of them come from takes as long as to make one. Settles when that is
   * over, also if nothing has come of it.
   */
  expectMore?(guestKind: GuestKind): Promise<void>;
  /** A run has become a guest that stays: its cell is its own, or a place there, until it is given back. */
  stays(cell: Cell): void;
  /** Takes a cell back after a run, or a guest that has stayed. */
  release(cell: Cell, hadStayed: boolean): void;
  /** Ends what runs in them for this driver. Settles when it is over. Idempotent. */
  dispose(): Promise<void>;
}
