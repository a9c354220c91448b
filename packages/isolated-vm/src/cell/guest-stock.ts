import type { GuestParts } from "@vivarium/guest-node";
import { Library, type OnDiagnostic } from "@vivarium/kernel";
import type { IsolatedVm } from "../engine/load-isolated-vm.ts";
import { type BootedGuest, bootGuest } from "./booted-guest.ts";

export interface GuestStockOptions {
  readonly parts: GuestParts;
  readonly engine: IsolatedVm;
  readonly onDiagnostic: OnDiagnostic;
}

/** Keeps one booted guest waiting for the next run. The first one that it boots fills the code cache for all others. */
export class GuestStock {
  readonly #options: GuestStockOptions;
  readonly #library: Library = new Library();
  #waiting: BootedGuest | undefined;
  #prepared = false;

  constructor(options: GuestStockOptions) {
    this.#options = options;
  }

  /** Boots a guest, unless one with this memory limit (MiB) waits already. */
  prepare(memoryLimit: number): void {
    if (this.#waiting?.memoryLimit === memoryLimit) return;
    this.dispose();
    this.#waiting = this.#boot(memoryLimit);
  }

  /** A guest with this memory limit (MiB); it is the caller's to dispose of. */
  take(memoryLimit: number): BootedGuest {
    this.prepare(memoryLimit);
    const guest = this.#waiting;
    this.#waiting = undefined;
    return guest ?? this.#boot(memoryLimit);
  }

  /** Frees the guest that waits. */
  dispose(): void {
    this.#waiting?.isolate.dispose();
    this.#waiting = undefined;
  }

  #boot(memoryLimit: number): BootedGuest {
    const preparing = !this.#prepared;
    this.#prepared = true;
    return bootGuest({ ...this.#options, library: this.#library, memoryLimit, preparing });
  }
}
