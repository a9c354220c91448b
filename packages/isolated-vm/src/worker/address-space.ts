import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** How often it is looked at most, in milliseconds, while guests run. */
const LOOK_EVERY_MS = 40;
/** Of the regions that Linux lets a process have, this share may be taken. */
const MOST_TAKEN = 1 / 2;
/** And this share in the time between two looks: a program can take all in half a second, and no honest one takes so many. */
const MOST_TAKEN_AT_ONCE = 1 / 16;
/** What Linux lets a process have where it does not say. */
const USUAL_MOST_REGIONS = 65_530;
const LINE_FEED = 10;

/**
 * Watches how many regions of memory this process has. Memory that a program reserves and does not touch costs nothing but
 * regions; without any left, a process can neither start a thread nor make room for an object, and ends.
 */
export class AddressSpace {
  readonly #onCrowded: () => void;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #countedAt = Number.NEGATIVE_INFINITY;
  #isLooking = false;
  #regions: number | undefined;

  /** @param onCrowded called each time that it has been looked, for as long as there are too many */
  constructor(onCrowded: () => void) {
    this.#onCrowded = onCrowded;
  }

  /** Looks, beside everything else, unless that was just done. */
  look(): void {
    if (process.platform !== "linux" || this.#isLooking || performance.now() - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#isLooking = true;
    void this.#count().finally(() => {
      this.#isLooking = false;
      this.#lookedAt = performance.now();
    });
  }

  async #count(): Promise<void> {
    const lines = await readFile("/proc/self/maps").catch(() => Buffer.alloc(0));
    let regions = 0;
    for (let end = lines.indexOf(LINE_FEED); end !== -1; end = lines.indexOf(LINE_FEED, end + 1)) regions += 1;
    const now = performance.now();
    const looks = Math.max(1, (now - this.#countedAt) / LOOK_EVERY_MS);
    const taken = (regions - (this.#regions ?? regions)) / looks;
    this.#regions = regions;
    this.#countedAt = now;
    const most = mostRegions();
    if (regions > most * MOST_TAKEN || taken > most * MOST_TAKEN_AT_ONCE) this.#onCrowded();
  }
}

let most: number | undefined;

function mostRegions(): number {
  most ??= readMostRegions();
  return most;
}

function readMostRegions(): number {
  try {
    return Number(readFileSync("/proc/sys/vm/max_map_count", "latin1")) || USUAL_MOST_REGIONS;
  } catch {
    return USUAL_MOST_REGIONS;
  }
}
