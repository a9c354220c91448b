import type { Confined } from "../cell/cell-confinement.ts";
import type { CellCommand } from "./cell-command.ts";
import type { LaunchCell } from "./cell-process.ts";
import { spawnedBy } from "./spawned-process.ts";

export interface CellLauncherOptions {
  readonly command: CellCommand;
  /**
   * The command of cells that need no kernel that confines them; given, cells of the usual one end where theirs does not.
   */
  readonly fallback?: CellCommand | undefined;
  /** The kernel confines nothing: there will be no other cells than those of the fallback. */
  readonly onFallback: () => void;
}

/**
 * So many cells that the kernel does not confine, before it has confined one, mean that it will confine none: a single one
 * may have come when the machine was short of memory or descriptors.
 */
const MOST_REFUSED = 2;

/** Starts the cells of a factory that are no copies: by the usual command, as long as the kernel may confine them. */
export class CellLauncher {
  readonly #options: CellLauncherOptions;
  #command: CellCommand;
  /** Whether the kernel has confined a cell: if it refuses another, that cell was out of luck. */
  #confines = false;
  #refused = 0;

  constructor(options: CellLauncherOptions) {
    this.#options = options;
    this.#command = options.command;
  }

  readonly launch: LaunchCell = (events) => spawnedBy(this.#command)(events);

  /** Whether a cell of which this has become is of use: one that is not ends, and the next is another. */
  readonly accepts = (confined: Confined): boolean => {
    this.#confines ||= confined.isConfined;
    const { fallback, onFallback } = this.#options;
    if (fallback === undefined || confined.isConfined || confined.nodePermission) return true;
    this.#refused += 1;
    if (!this.#confines && this.#refused >= MOST_REFUSED && this.#command !== fallback) {
      this.#command = fallback;
      onFallback();
    }
    return false;
  };
}
