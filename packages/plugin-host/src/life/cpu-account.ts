/** CPU time that one plugin may use before others: so much at once, and so much of a core for as long as it likes. */
export interface CpuShare {
  /** Milliseconds. */
  readonly burstMs: number;
  /** Of one core: 0.1 is a tenth. */
  readonly ofCore: number;
}

/** How far one may fall behind, in bursts: what is long ago is forgiven. */
const MOST_DEBT = 50;

/** Keeps count of the CPU time that somebody has used. Times are milliseconds, from whenever. */
export class CpuAccount {
  readonly #share: CpuShare;
  #left: number;
  #at: number;

  constructor(share: CpuShare, now: number) {
    this.#share = share;
    this.#left = share.burstMs;
    this.#at = now;
  }

  charge(usedMs: number, now: number): void {
    this.#earn(now);
    this.#left = Math.max(this.#left - usedMs, -MOST_DEBT * this.#share.burstMs);
  }

  /** Whether it has used more than its share. */
  isOverdrawn(now: number): boolean {
    this.#earn(now);
    return this.#left < 0;
  }

  #earn(now: number): void {
    const { burstMs, ofCore } = this.#share;
    this.#left = Math.min(burstMs, this.#left + (now - this.#at) * ofCore);
    this.#at = now;
  }
}
