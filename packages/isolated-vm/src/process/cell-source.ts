import { type Diagnostic, VivariumError } from "@vivarium/core";
import { Cell, type CellOptions } from "./cell.ts";
import type { CellCommand } from "./cell-command.ts";
import { SpawnedProcess } from "./spawned-process.ts";
import { ZygoteProcess } from "./zygote-process.ts";

/** How a driver's processes are started. */
export interface CellCommands {
  readonly cell: CellCommand;
  /** Undefined where processes cannot be forked. */
  readonly zygote: CellCommand | undefined;
}

export interface CellSourceOptions {
  readonly commands: CellCommands;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
  /** Cells with a waiting guest can be had at once from now on. */
  readonly onQuick: () => void;
}

/** After so many zygotes that ended by themselves, cells are spawned for good. */
const MOST_FAILURES = 3;

/**
 * Where cells come from: copies of a zygote, each with a guest that has booted, for one run each; until there is a
 * zygote, and where there can be none, processes that boot by themselves and serve many runs.
 */
export class CellSource {
  readonly #options: CellSourceOptions;
  #zygote: ZygoteProcess | undefined;
  #failures = 0;
  #disposed = false;

  constructor(options: CellSourceOptions) {
    this.#options = options;
  }

  /** Whether a cell whose guest has this memory limit (MiB) can be had at once. */
  isQuick(memoryLimit: number): boolean {
    return this.#zygote?.has(memoryLimit) === true;
  }

  /** Sees to it that cells with this memory limit (MiB) become quick. It takes a core for half a second. */
  warm(memoryLimit: number): void {
    const { zygote } = this.#options.commands;
    if (this.#disposed || zygote === undefined || this.#failures >= MOST_FAILURES) return;
    this.#zygote ??= new ZygoteProcess({
      command: zygote,
      memoryLimit,
      onPrepared: () => this.#options.onQuick(),
      onEnd: (problem) => this.#lose(problem),
    });
    this.#zygote.prepare(memoryLimit);
  }

  /** As {@link warm}, where it costs little: beside a guest that is there already. */
  warmFurther(memoryLimit: number): void {
    if (this.#zygote !== undefined) this.warm(memoryLimit);
  }

  make(memoryLimit: number, onDeath: CellOptions["onDeath"]): Cell {
    const { commands, onDiagnostic } = this.#options;
    const zygote = this.#zygote;
    const told = { memoryLimit, onDiagnostic, onDeath };
    return zygote?.has(memoryLimit) === true
      ? new Cell({ ...told, once: true, launch: (events) => zygote.fork(events) })
      : new Cell({ ...told, once: false, launch: (events) => new SpawnedProcess(commands.cell, events) });
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#zygote?.dispose();
  }

  #lose(problem: string | undefined): void {
    this.#zygote = undefined;
    if (problem === undefined) return;
    this.#failures += 1;
    const { message } = new VivariumError("ERR_CELL_FAILED", {
      problem: `the process that cells are copied from: ${problem}`,
    });
    this.#options.onDiagnostic({ code: "ERR_CELL_FAILED", message });
  }
}
