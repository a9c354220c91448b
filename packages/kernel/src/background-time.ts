/** The part of a core that a guest may use, in the long run, while nobody has called it. */
const SHARE = 1 / 10;

/**
 * CPU time that a guest uses on its own account, between calls: as much as a call may have at once, and a tenth of a core
 * in the long run. All times are in milliseconds.
 */
export class BackgroundTime {
  readonly #mostMs: number;
  #leftMs: number;
  #at: number | undefined;

  constructor(mostMs: number) {
    this.#mostMs = mostMs;
    this.#leftMs = mostMs;
  }

  /** Whether it has used more than it may. */
  get isUsedUp(): boolean {
    return this.#leftMs <= 0;
  }

  leftMs(now: number): number {
    const gained = this.#at === undefined ? 0 : (now - this.#at) * SHARE;
    return Math.min(this.#mostMs, this.#leftMs + gained);
  }

  use(usedMs: number, now: number): void {
    this.#leftMs = this.leftMs(now) - usedMs;
    this.#at = now;
  }
}
