import type { LoadedGuest } from "../contracts/loaded-guest.ts";
import type { Limits } from "../limits/limits.ts";
import type { ExecResult } from "../outcome/run-result.ts";

/** One program of a guest, from when it was loaded to its end: a guest that is reloaded has another. */
export interface GuestLife {
  readonly loaded: LoadedGuest;
  readonly limits: Limits;
  /** How it has ended, once it has. Never rejects. */
  readonly exited: Promise<ExecResult>;
  /** Ends it. Idempotent. */
  readonly end: () => void;
}

/** A life that has calls under way. */
export class UsedLife {
  readonly life: GuestLife;
  readonly #over: PromiseWithResolvers<void> = Promise.withResolvers();
  #calls = 0;
  #isRetired = false;

  constructor(life: GuestLife) {
    this.life = life;
  }

  /** A call of it begins, which is over when what this answers is called, once. */
  hold(): () => void {
    this.#calls += 1;
    return () => {
      this.#calls -= 1;
      if (this.#isRetired && this.#calls === 0) this.#over.resolve();
    };
  }

  /** It gets no more calls: it ends when those that it has are over, or by itself. Settles then. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#calls === 0) this.#over.resolve();
    await Promise.race([this.#over.promise, this.life.exited]);
    this.life.end();
    await this.life.exited;
  }
}
