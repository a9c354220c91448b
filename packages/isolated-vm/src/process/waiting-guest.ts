import { WireError } from "../channel/protocol.ts";

/** The guest that a cell keeps waiting, as the host knows it. */
export class WaitingGuest {
  /** Memory limits (MiB) of all that it was told to boot so far. */
  readonly #asked: Set<number> = new Set();
  #awaited: number | undefined;
  #prepared: number | undefined;

  /** Its memory limit (MiB), also while it is being booted. */
  get memoryLimit(): number | undefined {
    return this.#prepared ?? this.#awaited;
  }

  /** Whether it has booted. */
  get isThere(): boolean {
    return this.#prepared !== undefined;
  }

  /** The cell is told to boot it. */
  ask(memoryLimit: number): void {
    this.#asked.add(memoryLimit);
    this.#awaited = memoryLimit;
    this.#prepared = undefined;
  }

  /** It has booted, the cell says. */
  take(memoryLimit: number): void {
    if (!this.#asked.has(memoryLimit)) throw new WireError("A cell has prepared what nobody asked for");
    // Another may have been asked for meanwhile.
    if (memoryLimit !== this.#awaited) return;
    this.#prepared = memoryLimit;
    this.#awaited = undefined;
  }

  /** A run uses it, or does without. */
  use(): void {
    this.#awaited = undefined;
    this.#prepared = undefined;
  }
}
