import { type GuestParts, openNativeHelper } from "@vivarium/guest-node";
import { Library, type OnDiagnostic } from "@vivarium/kernel";
import type { ExternalCopy, NativeModule } from "isolated-vm";
import type { IsolatedVm } from "../engine/load-isolated-vm.ts";
import { type BootedGuest, type BootOptions, bootGuest } from "./booted-guest.ts";
import { compileBundle } from "./compile-bundle.ts";
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
  #bundleCode: ExternalCopy<ArrayBuffer> | undefined;
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

  /** Boots a guest, unless one with this memory limit (MiB) waits already. */
  prepare(memoryLimit: number): void {
    if (this.#waiting.has(memoryLimit)) return;
    const most = this.#options.isTemplate === true ? MOST_WAITING : 1;
    for (const [limit, guest] of this.#waiting) {
      if (this.#waiting.size < most) break;
      guest.isolate.dispose();
      this.#waiting.delete(limit);
    }
    this.#waiting.set(memoryLimit, this.#boot(memoryLimit));
  }

  /** A guest with this memory limit (MiB); it is the caller's to dispose of. */
  take(memoryLimit: number): BootedGuest {
    this.prepare(memoryLimit);
    const guest = this.#waiting.get(memoryLimit);
    this.#waiting.delete(memoryLimit);
    return guest ?? this.#boot(memoryLimit);
  }

  /** Frees the guests that wait. */
  dispose(): void {
    for (const guest of this.#waiting.values()) guest.isolate.dispose();
    this.#waiting.clear();
  }

  async #fill(): Promise<void> {
    const { engine, parts, isTemplate } = this.#options;
    this.#bundleCode = compileBundle(engine, parts);
    await fillLibrary(this.#shared(), { limited: isTemplate !== true });
  }

  #shared(): Omit<BootOptions, "memoryLimit" | "preparing"> {
    return { ...this.#options, library: this.#library, helper: this.#helper, bundleCode: this.#bundleCode };
  }

  #boot(memoryLimit: number): BootedGuest {
    return bootGuest({ ...this.#shared(), memoryLimit, preparing: false });
  }
}
