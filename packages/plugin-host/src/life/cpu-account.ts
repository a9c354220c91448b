/** CPU time that one plugin may use before others. */
export interface CpuShare {
  /** At one go, in milliseconds: for one event, or between two. */
  readonly burstMs: number;
  /** In the long run, of one core: 0.1 is a tenth. Ten bursts are borne at once where many events come together. */
  readonly ofCore: number;
}

/** How much one can have saved up, in bursts: many events that come together, each of them short, are nothing unusual. */
const MOST_SAVED = 10;
/** How far one may fall behind, in bursts: what is long ago is forgiven. */
const MOST_DEBT = 125;

/** Keeps count of the CPU time that somebody has used. Times are milliseconds, from whenever. */
export class CpuAccount {
  readonly #share: CpuShare;
  #left: number;
  #at: number;

  constructor(share: CpuShare, now: number) {
    this.#share = share;
    this.#left = MOST_SAVED * share.burstMs;
    this.#at = now;
  }

  charge(usedMs: number, now: number): void {
    this.#earn(now);
    this.#left = Math.max(this.#left - usedMs, -MOST_DEBT * this.#share.burstMs);
  }

  /** How much it has used beyond its share, in milliseconds; not above 0: it is within that. */
  debtMs(now: number): number {
    this.#earn(now);
    return -this.#left;
  }

  #earn(now: number): void {
    const { burstMs, ofCore } = this.#share;
    this.#left = Math.min(MOST_SAVED * burstMs, this.#left + (now - this.#at) * ofCore);
    this.#at = now;
  }
}
