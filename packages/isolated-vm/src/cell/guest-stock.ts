import { type GuestConfig, VivariumError } from "@vivarium/core";
import { type GuestParts, loadThreadControls, openNativeHelper, type ThreadControls } from "@vivarium/guest-node";
import { Library, type OnDiagnostic, type OpenCryptoEngine } from "@vivarium/kernel";
import type { NativeModule } from "isolated-vm";
import type { GuestBase, GuestKind } from "../channel/guest-kind.ts";
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
  /** Does cryptography for a guest where this thread has none. */
  readonly openCrypto?: OpenCryptoEngine;
  /** For a process that is copied: keeps guests of several kinds, and starts no thread. @default false */
  readonly isTemplate?: boolean;
}

/** Kinds of which a template keeps guests: what it holds, every copy holds. */
const MOST_KINDS = 4;
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
  readonly #waiting: Map<GuestKind, BootedGuest[]> = new Map();
  readonly #filling: Map<GuestBase, Promise<void>> = new Map();

  constructor(options: GuestStockOptions) {
    const { engine, helpers, sources, parts } = options;
    this.#options = options;
    this.#watch = loadThreadControls(helpers);
    this.#library = new Library({ sources, ours: parts.lateBundles });
    this.#texts = new SharedTexts(engine);
    this.#helper = openNativeHelper((file) => new engine.NativeModule(file), helpers);
  }

  /** Fills the code cache of guests with this base, once. The first guest can do without: who waits for it waits for its boot alone. */
  fill(base: GuestBase): Promise<void> {
    const filling = this.#filling.get(base) ?? this.#fill(base);
    this.#filling.set(base, filling);
    return filling;
  }

  /**
   * Boots a guest, unless one of this kind waits already, and rehearses its start.
   * @param isCompact whether to collect what garbage that makes, which takes about ten milliseconds
   */
  prepare(kind: GuestKind, isCompact = false): void {
    const next = this.#waiting.get(kind)?.[0];
    if (next === undefined) {
      const guest = this.#bootFor(kind);
      rehearse(guest, 1);
      if (isCompact) collectGarbage(guest);
    }
    // The pages that a run will write to become the copy's own before it.
    else if (this.#options.isTemplate === true) rehearse(next, 1);
  }

  /** Boots one more guest of this kind for the copies of this process; answers how many there are. */
  add(kind: GuestKind): number {
    const guest = this.#bootFor(kind);
    rehearse(guest, REHEARSALS);
    // A copy is made and ended in the time that its memory takes.
    collectGarbage(guest);
    return this.#waiting.get(kind)?.length ?? 0;
  }

  /** Whether a guest of this kind waits. */
  has(kind: GuestKind): boolean {
    return this.#waiting.has(kind);
  }

  /** A guest of this kind, for a program with this configuration; it is the caller's to dispose of. */
  take(kind: GuestKind, config: GuestConfig): BootedGuest {
    const guests = isPlain(config) ? this.#waiting.get(kind) : undefined;
    const guest = guests?.shift();
    if (guests?.length === 0) this.#waiting.delete(kind);
    return guest ?? this.#boot(kind);
  }

  /** Has a guest of this kind wait that was taken, and that no program has seen. */
  giveBack(kind: GuestKind, guest: BootedGuest): void {
    const guests = this.#waiting.get(kind) ?? this.#open(kind);
    guests.push(guest);
  }

  /** Frees the guests that wait. */
  dispose(): void {
    for (const kind of [...this.#waiting.keys()]) this.#free(kind);
  }

  #bootFor(kind: GuestKind): BootedGuest {
    const guests = this.#waiting.get(kind) ?? this.#open(kind);
    const guest = this.#boot(kind);
    guests.push(guest);
    return guest;
  }

  #open(kind: GuestKind): BootedGuest[] {
    const most = this.#options.isTemplate === true ? MOST_KINDS : 1;
    for (const other of this.#waiting.keys()) {
      if (this.#waiting.size < most) break;
      this.#free(other);
    }
    const guests: BootedGuest[] = [];
    this.#waiting.set(kind, guests);
    return guests;
  }

  #free(kind: GuestKind): void {
    for (const { isolate } of this.#waiting.get(kind) ?? []) isolate.dispose();
    this.#waiting.delete(kind);
  }

  async #fill(base: GuestBase): Promise<void> {
    const { isTemplate } = this.#options;
    await fillLibrary(this.#shared(), base, { limited: isTemplate !== true });
  }

  #shared(): Omit<BootOptions, "kind" | "preparing"> {
    return { ...this.#options, library: this.#library, texts: this.#texts, helper: this.#helper, watch: this.#watch };
  }

  #boot(kind: GuestKind): BootedGuest {
    return bootGuest({ ...this.#shared(), kind, preparing: false });
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
