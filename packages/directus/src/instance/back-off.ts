/** How soon something that has crashed may be started again. */
export class BackOff {
  readonly #delaysMs: readonly number[];
  #crashes = 0;
  #crashedAt = 0;
  #restsUntil = 0;

  /** @param delaysMs after the first crash, the second in a row, and so on; the last holds for all further ones */
  constructor(delaysMs: readonly number[]) {
    this.#delaysMs = delaysMs;
  }

  /** Milliseconds that are left to rest. */
  restMs(now: number): number {
    return Math.max(0, this.#restsUntil - now);
  }

  crashed(now: number): void {
    const delay = this.#delaysMs[Math.min(this.#crashes, this.#delaysMs.length - 1)] ?? 0;
    this.#crashes += 1;
    this.#crashedAt = now;
    this.#restsUntil = now + delay;
  }

  /**
   * It has done what it is for. Its crashes are forgotten when the last is longer ago than the longest rest: one that works
   * and crashes in turns is restarted as often as one that never works.
   */
  worked(now: number): void {
    if (now - this.#crashedAt < (this.#delaysMs.at(-1) ?? 0)) return;
    this.#crashes = 0;
    this.#restsUntil = 0;
  }
}
