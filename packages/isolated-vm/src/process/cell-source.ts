import type { Diagnostic } from "@vivarium/core";
import { Cell, type CellOptions } from "./cell.ts";
import type { LaunchCell } from "./cell-process.ts";
import type { SharedZygote, ZygoteUser } from "./shared-zygote.ts";

export interface CellSourceOptions {
  /** Starts a cell that is no copy. */
  readonly launch: LaunchCell;
  readonly zygote: SharedZygote;
  /** Whether a cell is for one run only. */
  readonly oneRunPerCell: boolean;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
  readonly onConfined: CellOptions["onConfined"];
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

  constructor(options: CellSourceOptions) {
    this.#options = options;
    this.#user = {
      onPrepared: () => options.onQuick(),
      onLost: ({ code, message }) => options.onDiagnostic({ code, message }),
    };
    options.zygote.join(this.#user);
  }

  /** Whether a cell whose guest has this memory limit (MiB) can be had at once. */
  isQuick(memoryLimit: number): boolean {
    return this.#options.zygote.with(memoryLimit) !== undefined;
  }

  /** Sees to it that cells with this memory limit (MiB) become quick. */
  warm(memoryLimit: number): void {
    this.#options.zygote.warm(memoryLimit);
  }

  /** As {@link warm}, where it costs little: beside a guest that is there already. */
  warmFurther(memoryLimit: number): void {
    if (this.#options.zygote.isStarted) this.warm(memoryLimit);
  }

  make(memoryLimit: number, onDeath: CellOptions["onDeath"]): Cell {
    const zygote = this.#options.zygote.with(memoryLimit);
    if (zygote === undefined) return this.spawn(memoryLimit, onDeath);
    const { oneRunPerCell, onDiagnostic, onConfined } = this.#options;
    const runs = oneRunPerCell ? 1 : zygote.guests(memoryLimit);
    const launch: LaunchCell = (events) => zygote.fork(events);
    return new Cell({ memoryLimit, onDiagnostic, onConfined, onDeath, isCopy: true, runs, launch });
  }

  /** Never a copy. */
  spawn(memoryLimit: number, onDeath: CellOptions["onDeath"]): Cell {
    const { launch, oneRunPerCell, onDiagnostic, onConfined } = this.#options;
    const runs = oneRunPerCell ? 1 : Number.POSITIVE_INFINITY;
    return new Cell({ memoryLimit, onDiagnostic, onConfined, onDeath, isCopy: false, runs, launch });
  }

  async dispose(): Promise<void> {
    await this.#options.zygote.leave(this.#user);
  }
}
