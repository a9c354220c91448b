/** Growth from which on it pays to free what is over, in KiB: more than a copy's small guests make together. */
const LARGE_KIB = 32 * 1024;

/** How this process has grown since this was made, which needs no file to be asked for: by what it held at most. */
export class Growth {
  readonly #startKiB: number = process.resourceUsage().maxRSS;

  /** Whether it has ever grown much. What it holds now is not known, so that it stays so. */
  isLarge(): boolean {
    return process.resourceUsage().maxRSS >= this.#startKiB + LARGE_KIB;
  }
}
