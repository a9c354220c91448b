/** CPU time that one plugin may use before others. */
export interface CpuShare {
  /** At once, in milliseconds: for one event, or between two. */
  readonly burstMs: number;
  /** In the long run, of one core: 0.1 is a tenth. */
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
    this.#owe(usedMs - this.#left);
  }

  /** So much has been used at one go, all of it charged already: whatever was earned meanwhile does not make that short. */
  stretch(usedMs: number): void {
    const beyond = usedMs - this.#share.burstMs;
    if (beyond > 0 && -this.#left < beyond) this.#owe(beyond);
  }

  /** How much it has used beyond its share, in milliseconds; not above 0: it is within that. */
  debtMs(now: number): number {
    this.#earn(now);
    return -this.#left;
  }

  #owe(ms: number): void {
    this.#left = Math.max(-ms, -MOST_DEBT * this.#share.burstMs);
  }

  #earn(now: number): void {
    const { burstMs, ofCore } = this.#share;
    this.#left = Math.min(burstMs, this.#left + (now - this.#at) * ofCore);
    this.#at = now;
  }
}
