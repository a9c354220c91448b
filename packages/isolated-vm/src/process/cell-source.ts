import type { Diagnostic } from "@vivarium/core";
import type { Confined } from "../cell/cell-confinement.ts";
import { Cell, type CellOptions } from "./cell.ts";
import type { LaunchCell } from "./cell-process.ts";
import type { SharedZygote, ZygoteUser } from "./shared-zygote.ts";
import { StartFaults } from "./start-faults.ts";

export interface CellSourceOptions {
  /** Starts a cell that is no copy. */
  readonly launch: LaunchCell;
  /** Whether a cell of which this has become is of use; one that is not ends by itself. @default each is */
  readonly accepts?: ((confined: Confined) => boolean) | undefined;
  readonly zygote: SharedZygote;
  /** Most runs that a cell serves. */
  readonly runsPerCell: number;
  /** Whether they are for several runs at a time. @default false */
  readonly isShared?: boolean;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
  readonly onConfined: CellOptions["onConfined"];
  readonly onRoom?: () => void;
  /** Cells with a waiting guest can be had at once from now on. */
  readonly onQuick: () => void;
}

/**
 * Where cells come from: copies of a zygote, which have a few guests that have booted; until there is a zygote, and where
 * there can be none, processes that boot one guest after the other by themselves.
 */
export class CellSource {
  readonly #options: CellSourceOptions;
  readonly #user: ZygoteUser;
  readonly #startFaults: StartFaults;

  constructor(options: CellSourceOptions) {
    this.#options = options;
    this.#startFaults = new StartFaults(options.onDiagnostic);
    this.#user = {
      onPrepared: () => options.onQuick(),
      onLost: ({ code, message }) => this.#startFaults.tell({ code, message }),
    };
    options.zygote.join(this.#user);
  }

  /** Whether a cell whose guest has this memory limit (MiB) can be had at once. */
  isQuick(memoryLimit: number): boolean {
    return this.#options.zygote.with(memoryLimit) !== undefined;
  }

  /** Whether there are copies, or will be: a zygote runs, or is being started. */
  get hasZygote(): boolean {
    return this.#options.zygote.isStarted;
  }

  /** Sees to it that cells with this memory limit (MiB) become quick. */
  warm(memoryLimit: number): void {
    this.#options.zygote.warm(memoryLimit);
  }

  /** As {@link warm}, where it costs little: beside a guest that is there already. */
  warmFurther(memoryLimit: number): void {
    if (this.hasZygote) this.warm(memoryLimit);
  }

  make(memoryLimit: number, onDeath: CellOptions["onDeath"]): Cell {
    const zygote = this.#options.zygote.with(memoryLimit);
    if (zygote === undefined) return this.spawn(memoryLimit, onDeath);
    const { runsPerCell, isShared } = this.#options;
    // One that is shared goes on and boots its guests by itself.
    const runs = isShared === true ? runsPerCell : Math.min(runsPerCell, zygote.guests(memoryLimit));
    const launch: LaunchCell = (events) => zygote.fork(events);
    return this.#cell({ memoryLimit, onDeath, isCopy: true, runs, launch });
  }

  /** Never a copy. */
  spawn(memoryLimit: number, onDeath: CellOptions["onDeath"]): Cell {
    const { launch, runsPerCell } = this.#options;
    return this.#cell({ memoryLimit, onDeath, isCopy: false, runs: runsPerCell, launch });
  }

  #cell(own: Pick<CellOptions, "memoryLimit" | "onDeath" | "isCopy" | "runs" | "launch">): Cell {
    const { onDiagnostic, accepts, onRoom, isShared = false } = this.#options;
    const startFaults = this.#startFaults;
    const onConfined = (confined: Confined): void => {
      if (accepts?.(confined) !== false) this.#options.onConfined(confined);
    };
    return new Cell({ ...own, isShared, onDiagnostic, startFaults, onConfined, ...(onRoom && { onRoom }) });
  }

  async dispose(): Promise<void> {
    await this.#options.zygote.leave(this.#user);
  }
}
