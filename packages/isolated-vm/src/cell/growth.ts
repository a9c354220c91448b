/** Growth from which on it pays to free what is over, in KiB. */
const LARGE_KIB = 16 * 1024;

/** How this process grows, which needs no file to be asked for: at least what it held at most at any time. */
export class Growth {
  #mostKiB: number = process.resourceUsage().maxRSS;

  /** Whether it has grown much since this was last answered with true. */
  isLarge(): boolean {
    const { maxRSS } = process.resourceUsage();
    if (maxRSS < this.#mostKiB + LARGE_KIB) return false;
    this.#mostKiB = maxRSS;
    return true;
  }
}
