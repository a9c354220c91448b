export interface CallSlotsOptions {
  /** Most at a time. */
  readonly most: number;
  /** Most that wait. */
  readonly mostWaiting: number;
}

/** Bounds how many calls a guest has at a time, and how many wait their turn, in order. */
export class CallSlots {
  readonly #options: CallSlotsOptions;
  readonly #waiting: Set<() => void> = new Set();
  #taken = 0;

  constructor(options: CallSlotsOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** How many there are at a time. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Takes a slot, at once where there is one; give it back with {@link give}. False: too many wait.
   * Rejects with the signal's reason.
   */
  take(signal: AbortSignal): boolean | Promise<boolean> {
    const { most, mostWaiting } = this.#options;
    if (this.#taken < most) {
      this.#taken += 1;
      return true;
    }
    return this.#waiting.size < mostWaiting && this.#wait(signal);
  }

  give(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#taken -= 1;
    else next();
  }

  async #wait(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const onTurn = (): void => {
      this.#waiting.delete(onTurn);
      resolve(true);
    };
    const onAbort = (): void => {
      this.#waiting.delete(onTurn);
      reject(signal.reason);
    };
    this.#waiting.add(onTurn);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}
