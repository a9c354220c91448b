import type { Guest } from "./guest.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "./primordial.ts";

const SIGINT = 2;
const watches = new WeakMap<Guest, SigintWatch>();

/** Who keeps SIGINT from its listeners: scripts that it stops, and prompts that ask afterwards whether there was one. */
export class SigintWatch {
  #watching = 0;
  #pending = false;

  constructor(guest: Guest) {
    WeakMapPrototypeSet(watches, guest, this);
  }

  start(): boolean {
    this.#watching += 1;
    return true;
  }

  /** Answers whether one has come since anybody began or ended to watch. */
  stop(): boolean {
    if (this.#watching > 0) this.#watching -= 1;
    const wasPending = this.#pending;
    this.#pending = false;
    return wasPending;
  }

  isPending(): boolean {
    return this.#pending;
  }

  /** Answers whether somebody watches. */
  take(): boolean {
    if (this.#watching === 0) return false;
    this.#pending = true;
    return true;
  }
}

/** Answers whether the signal is taken: by the script that it stops, or by who watches for it. */
export function takeSigint(guest: Guest, signal: number): boolean {
  if (signal !== SIGINT) return false;
  return guest.native.control.interruptScript() || WeakMapPrototypeGet(watches, guest)?.take() === true;
}
