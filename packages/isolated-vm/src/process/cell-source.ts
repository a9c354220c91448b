import { type Diagnostic, VivariumError } from "@vivarium/core";
import type { Confined } from "../cell/cell-confinement.ts";
import type { GuestKind } from "../channel/guest-kind.ts";
import { Cell, type CellOptions } from "./cell.ts";
import type { LaunchCell } from "./cell-process.ts";
import type { SharedZygote, ZygoteUser } from "./shared-zygote.ts";
import { StartFaults } from "./start-faults.ts";
import type { ZygoteProcess } from "./zygote-process.ts";

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

interface OwnOptions extends Pick<CellOptions, "guestKind" | "onDeath" | "runs" | "launch"> {
  /** Of which it is a copy. */
  readonly zygote?: ZygoteProcess;
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

  /** Whether a cell whose guest is of this kind can be had at once. */
  isQuick(guestKind: GuestKind): boolean {
    return this.#options.zygote.with(guestKind) !== undefined;
  }

  /** Whether there are copies, or will be: a zygote runs, or is being started. */
  get hasZygote(): boolean {
    return this.#options.zygote.isStarted;
  }

  /** Sees to it that cells with guests of this kind become quick. */
  warm(guestKind: GuestKind): void {
    this.#options.zygote.warm(guestKind);
  }

  /** As {@link warm}; settles when they have, or will not. */
  warmed(guestKind: GuestKind): Promise<void> {
    return this.#options.zygote.warmed(guestKind);
  }

  /** As {@link warm}, where it costs little: beside a guest that is there already. */
  warmFurther(guestKind: GuestKind): void {
    if (this.hasZygote) this.warm(guestKind);
  }

  make(guestKind: GuestKind, onDeath: CellOptions["onDeath"]): Cell {
    const zygote = this.#options.zygote.with(guestKind);
    if (zygote === undefined) return this.spawn(guestKind, onDeath);
    const { runsPerCell, isShared } = this.#options;
    // One that is shared goes on and boots its guests by itself.
    const runs = isShared === true ? runsPerCell : Math.min(runsPerCell, zygote.guests(guestKind));
    const launch: LaunchCell = (events) => zygote.fork(events);
    return this.#cell({ guestKind, onDeath, zygote, runs, launch });
  }

  /** Never a copy. */
  spawn(guestKind: GuestKind, onDeath: CellOptions["onDeath"]): Cell {
    const { launch, runsPerCell } = this.#options;
    return this.#cell({ guestKind, onDeath, runs: runsPerCell, launch });
  }

  #cell({ zygote, ...own }: OwnOptions): Cell {
    const { onDiagnostic, onRoom, isShared = false } = this.#options;
    const startFaults = this.#startFaults;
    const onConfined = (confined: Confined): void => this.#judge(confined, zygote);
    const isCopy = zygote !== undefined;
    return new Cell({
      ...own,
      isCopy,
      zygote,
      isShared,
      onDiagnostic,
      startFaults,
      onConfined,
      ...(onRoom && { onRoom }),
    });
  }

  /** One that is of no use ends by itself: the next may be another, and the embedder hears why it is. */
  #judge(confined: Confined, zygote: ZygoteProcess | undefined): void {
    const { accepts, onConfined } = this.#options;
    if (confined.isConfined) zygote?.confinedCopy();
    if (accepts?.(confined) !== false) {
      onConfined(confined);
      return;
    }
    const { code, message } = new VivariumError("ERR_CELL_UNCONFINED", { problem: confined.problem });
    this.#startFaults.tell({ code, message });
    if (zygote !== undefined) this.#options.zygote.distrust(zygote);
  }

  async dispose(): Promise<void> {
    await this.#options.zygote.leave(this.#user);
  }
}
