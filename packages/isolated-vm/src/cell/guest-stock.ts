import { type GuestConfig, VivariumError } from "@vivarium/core";
import { type GuestParts, openNativeHelper } from "@vivarium/guest-node";
import { Library, type OnDiagnostic } from "@vivarium/kernel";
import type { NativeModule } from "isolated-vm";
import type { IsolatedVm } from "../engine/load-isolated-vm.ts";
import { type BootedGuest, type BootOptions, bootGuest } from "./booted-guest.ts";
import { fillLibrary } from "./fill-library.ts";

export interface GuestStockOptions {
  readonly parts: GuestParts;
  readonly engine: IsolatedVm;
  readonly onDiagnostic: OnDiagnostic;
  /** For a process that is copied: keeps a guest for each memory limit, and starts no thread. @default false */
  readonly isTemplate?: boolean;
}

/** Guests that a template keeps, of as many memory limits: what it holds, every copy holds. */
const MOST_WAITING = 4;

/** Keeps booted guests waiting for the next run, one for a memory limit, and the code cache that makes booting it quick. */
export class GuestStock {
  readonly #options: GuestStockOptions;
  readonly #library: Library = new Library();
  /** Held, so that it stays loaded between guests: it seals code cache with a key that it makes when it loads. */
  readonly #helper: NativeModule;
  readonly #waiting: Map<number, BootedGuest> = new Map();
  #filling: Promise<void> | undefined;

  constructor(options: GuestStockOptions) {
    this.#options = options;
    this.#helper = openNativeHelper((file) => new options.engine.NativeModule(file));
  }

  /** Fills the code cache, once. The first guest can do without: who waits for it waits for its boot alone. */
  fill(): Promise<void> {
    this.#filling ??= this.#fill();
    return this.#filling;
  }

  /** Boots a guest, unless one with this memory limit (MiB) waits already, and rehearses its start. */
  prepare(memoryLimit: number): void {
    const waiting = this.#waiting.get(memoryLimit);
    if (waiting === undefined) rehearse(this.#add(memoryLimit));
    // The pages that a run will write to become the copy's own before it.
    else if (this.#options.isTemplate === true) rehearse(waiting);
  }

  /** A guest with this memory limit (MiB), for a program with this configuration; it is the caller's to dispose of. */
  take(memoryLimit: number, config: GuestConfig): BootedGuest {
    const guest = isPlain(config) ? this.#waiting.get(memoryLimit) : undefined;
    if (guest === undefined) return this.#boot(memoryLimit);
    this.#waiting.delete(memoryLimit);
    return guest;
  }

  /** Frees the guests that wait. */
  dispose(): void {
    for (const guest of this.#waiting.values()) guest.isolate.dispose();
    this.#waiting.clear();
  }

  #add(memoryLimit: number): BootedGuest {
    const most = this.#options.isTemplate === true ? MOST_WAITING : 1;
    for (const [limit, guest] of this.#waiting) {
      if (this.#waiting.size < most) break;
      guest.isolate.dispose();
      this.#waiting.delete(limit);
    }
    const guest = this.#boot(memoryLimit);
    this.#waiting.set(memoryLimit, guest);
    return guest;
  }

  async #fill(): Promise<void> {
    const { isTemplate } = this.#options;
    await fillLibrary(this.#shared(), { limited: isTemplate !== true });
  }

  #shared(): Omit<BootOptions, "memoryLimit" | "preparing"> {
    return { ...this.#options, library: this.#library, helper: this.#helper };
  }

  #boot(memoryLimit: number): BootedGuest {
    return bootGuest({ ...this.#shared(), memoryLimit, preparing: false });
  }
}

/** The variables that Node reads when it prepares for a program. */
const preparationVariables = [
  "NODE_CHANNEL_FD",
  "NODE_DEBUG",
  "NODE_NO_WARNINGS",
  "NODE_PATH",
  "NODE_UNIQUE_ID",
  "NODE_V8_COVERAGE",
] as const;

/** What a rehearsal may not take back hangs on command-line options, and on variables that Node prepares by. */
function isPlain({ options, env }: GuestConfig): boolean {
  return Object.keys(options).length === 0 && !preparationVariables.some((name) => Object.hasOwn(env, name));
}

function rehearse({ isolate }: BootedGuest): void {
  const { kind } = isolate.enter("rehearse", [], undefined);
  if (kind !== "done") throw new VivariumError("ERR_CELL_FAILED", { problem: `a guest could not rehearse: ${kind}` });
}
