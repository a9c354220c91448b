import { type GuestFunction, GuestFunctionHandle, type Limits, type LoadedGuest } from "@vivarium/core";

export interface GuestFunctionsOptions {
  readonly limits: Limits;
  /** The guest, as long as it can be called. */
  readonly guest: () => LoadedGuest | undefined;
}

/** Functions of one guest that the host may have at a time. */
export const MOST_FUNCTIONS = 1000;

interface Held {
  readonly handle: GuestFunction;
  /** How often the guest has handed it over since the host has it. */
  times: number;
}

const never: AbortSignal = new AbortController().signal;

/** The functions that a guest has handed to the host, by the guest's numbers. */
export class GuestFunctions {
  readonly #options: GuestFunctionsOptions;
  readonly #held: Map<number, Held> = new Map();
  readonly #numbers: WeakMap<object, number> = new WeakMap();

  constructor(options: GuestFunctionsOptions) {
    this.#options = options;
  }

  /**
   * The handle of a function that is handed over; `undefined` when there are too many.
   * @param name how errors of its calls call it
   */
  take(id: number, name: string): GuestFunction | undefined {
    const held = this.#held.get(id);
    if (held !== undefined) {
      held.times += 1;
      return held.handle;
    }
    if (this.#held.size >= MOST_FUNCTIONS) return undefined;
    const { limits, guest } = this.#options;
    const owner = (): { readonly loaded: LoadedGuest } | undefined => {
      const loaded = guest();
      return loaded && { loaded };
    };
    const handle = new GuestFunctionHandle({ guest: owner, limits, id, name, onReleased: () => this.#release(id) });
    this.#held.set(id, { handle, times: 1 });
    this.#numbers.set(handle, id);
    return handle;
  }

  /** The handle that the host has under this number. */
  get(id: number): GuestFunction | undefined {
    return this.#held.get(id)?.handle;
  }

  /** The number of a handle of this guest that has not been given back. */
  numberOf(handle: object): number | undefined {
    const id = this.#numbers.get(handle);
    return id !== undefined && this.#held.has(id) ? id : undefined;
  }

  /** The guest has ended. */
  clear(): void {
    this.#held.clear();
  }

  /** The guest may have handed it over again meanwhile: it is told how often it had before. */
  #release(id: number): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    const { guest, limits } = this.#options;
    const { cpuTimeLimitMs } = limits;
    guest()
      ?.invoke({ target: { kind: "release", id }, args: [held.times], cpuTimeLimitMs, signal: never })
      .catch(() => undefined);
  }
}
