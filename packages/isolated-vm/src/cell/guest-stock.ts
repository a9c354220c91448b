import { type GuestConfig, VivariumError } from "@vivarium/core";
import { type GuestParts, loadThreadControls, openNativeHelper, type ThreadControls } from "@vivarium/guest-node";
import { Library, type OnDiagnostic } from "@vivarium/kernel";
import type { NativeModule } from "isolated-vm";
import type { IsolatedVm } from "../engine/load-isolated-vm.ts";
import type { CpuWatch } from "../guest/create-guest-isolate.ts";
import { SharedTexts } from "../guest/shared-texts.ts";
import { type BootedGuest, type BootOptions, bootGuest } from "./booted-guest.ts";
import { fillLibrary } from "./fill-library.ts";

export interface GuestStockOptions {
  readonly parts: GuestParts;
  /** Node's library. @default that of the Node which runs this process */
  readonly sources?: Readonly<Record<string, string>>;
  /** Files that may be the native helper. @default those that are there */
  readonly helpers?: readonly string[];
  readonly engine: IsolatedVm;
  readonly onDiagnostic: OnDiagnostic;
  /** Given in the host's own process, which a guest must not end. */
  readonly controls?: ThreadControls;
  /** For a process that is copied: keeps guests for several memory limits, and starts no thread. @default false */
  readonly isTemplate?: boolean;
}

/** Memory limits for which a template keeps guests: what it holds, every copy holds. */
const MOST_LIMITS = 4;
/** After so many rehearsals V8 has seen what a start is like, and compiled what pays. */
const REHEARSALS = 40;

/** Keeps booted guests waiting for the next runs, and the code cache that makes booting them quick. */
export class GuestStock {
  readonly #options: GuestStockOptions;
  readonly #library: Library;
  readonly #texts: SharedTexts;
  /** Held, so that it stays loaded between guests: it seals code cache with a key that it makes when it loads. */
  readonly #helper: NativeModule;
  readonly #watch: CpuWatch;
  readonly #waiting: Map<number, BootedGuest[]> = new Map();
  #filling: Promise<void> | undefined;

  constructor(options: GuestStockOptions) {
    const { engine, helpers, sources } = options;
    this.#options = options;
    this.#watch = loadThreadControls(helpers);
    this.#library = new Library(sources === undefined ? {} : { sources });
    this.#texts = new SharedTexts(engine);
    this.#helper = openNativeHelper((file) => new engine.NativeModule(file), helpers);
  }

  /** Fills the code cache, once. The first guest can do without: who waits for it waits for its boot alone. */
  fill(): Promise<void> {
    this.#filling ??= this.#fill();
    return this.#filling;
  }

  /**
   * Boots a guest, unless one with this memory limit (MiB) waits already, and rehearses its start.
   * @param isCompact whether to collect what garbage that makes, which takes about ten milliseconds
   */
  prepare(memoryLimit: number, isCompact = false): void {
    const next = this.#waiting.get(memoryLimit)?.[0];
    if (next === undefined) {
      const guest = this.#bootFor(memoryLimit);
      rehearse(guest, 1);
      if (isCompact) collectGarbage(guest);
    }
    // The pages that a run will write to become the copy's own before it.
    else if (this.#options.isTemplate === true) rehearse(next, 1);
  }

  /** Boots one more guest with this memory limit (MiB) for the copies of this process; answers how many there are. */
  add(memoryLimit: number): number {
    const guest = this.#bootFor(memoryLimit);
    rehearse(guest, REHEARSALS);
    // A copy is made and ended in the time that its memory takes.
    collectGarbage(guest);
    return this.#waiting.get(memoryLimit)?.length ?? 0;
  }

  /** Whether a guest with this memory limit (MiB) waits. */
  has(memoryLimit: number): boolean {
    return this.#waiting.has(memoryLimit);
  }

  /** A guest with this memory limit (MiB), for a program with this configuration; it is the caller's to dispose of. */
  take(memoryLimit: number, config: GuestConfig): BootedGuest {
    const guests = isPlain(config) ? this.#waiting.get(memoryLimit) : undefined;
    const guest = guests?.shift();
    if (guests?.length === 0) this.#waiting.delete(memoryLimit);
    return guest ?? this.#boot(memoryLimit);
  }

  /** Has a guest with this memory limit (MiB) wait that was taken, and that no program has seen. */
  giveBack(memoryLimit: number, guest: BootedGuest): void {
    const guests = this.#waiting.get(memoryLimit) ?? this.#open(memoryLimit);
    guests.push(guest);
  }

  /** Frees the guests that wait. */
  dispose(): void {
    for (const memoryLimit of [...this.#waiting.keys()]) this.#free(memoryLimit);
  }

  #bootFor(memoryLimit: number): BootedGuest {
    const guests = this.#waiting.get(memoryLimit) ?? this.#open(memoryLimit);
    const guest = this.#boot(memoryLimit);
    guests.push(guest);
    return guest;
  }

  #open(memoryLimit: number): BootedGuest[] {
    const most = this.#options.isTemplate === true ? MOST_LIMITS : 1;
    for (const limit of this.#waiting.keys()) {
      if (this.#waiting.size < most) break;
      this.#free(limit);
    }
    const guests: BootedGuest[] = [];
    this.#waiting.set(memoryLimit, guests);
    return guests;
  }

  #free(memoryLimit: number): void {
    for (const { isolate } of this.#waiting.get(memoryLimit) ?? []) isolate.dispose();
    this.#waiting.delete(memoryLimit);
  }

  async #fill(): Promise<void> {
    const { isTemplate } = this.#options;
    await fillLibrary(this.#shared(), { limited: isTemplate !== true });
  }

  #shared(): Omit<BootOptions, "memoryLimit" | "preparing"> {
    return { ...this.#options, library: this.#library, texts: this.#texts, helper: this.#helper, watch: this.#watch };
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

function collectGarbage({ isolate }: BootedGuest): void {
  isolate.enter("collectGarbage", []);
}

function rehearse({ isolate }: BootedGuest, times: number): void {
  for (let time = 0; time < times; time += 1) {
    const result = isolate.enter("rehearse", []);
    if (result.kind === "done") continue;
    const why = result.kind === "failed" ? result.message : result.kind;
    throw new VivariumError("ERR_CELL_FAILED", { problem: `a guest could not rehearse: ${why}` });
  }
}
