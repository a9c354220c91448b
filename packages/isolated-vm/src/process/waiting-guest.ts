import type { GuestKind } from "../channel/guest-kind.ts";
import { WireError } from "../channel/protocol.ts";

/** The guest that a cell keeps waiting, as the host knows it. */
export class WaitingGuest {
  /** Of all that it was told to boot so far. */
  readonly #asked: Set<GuestKind> = new Set();
  #awaited: GuestKind | undefined;
  #prepared: GuestKind | undefined;

  /** Also while it is being booted. */
  get guestKind(): GuestKind | undefined {
    return this.#prepared ?? this.#awaited;
  }

  /** Whether it has booted. */
  get isThere(): boolean {
    return this.#prepared !== undefined;
  }

  /** The cell is told to boot it. */
  ask(guestKind: GuestKind): void {
    this.#asked.add(guestKind);
    this.#awaited = guestKind;
    this.#prepared = undefined;
  }

  /** It has booted, the cell says. */
  take(guestKind: GuestKind): void {
    if (!this.#asked.has(guestKind)) throw new WireError("A cell has prepared what nobody asked for");
    // Another may have been asked for meanwhile.
    if (guestKind !== this.#awaited) return;
    this.#prepared = guestKind;
    this.#awaited = undefined;
  }

  /** A run uses it, or does without. */
  use(): void {
    this.#awaited = undefined;
    this.#prepared = undefined;
  }
}
