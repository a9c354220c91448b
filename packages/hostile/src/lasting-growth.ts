import { setTimeout as sleep } from "node:timers/promises";

/** Growth at which the host counts as settled after a program, and how long it has for that. */
const SETTLED_BYTES = 32 * 2 ** 20;
const SETTLE_MS = 15_000;
const SETTLE_EVERY_MS = 100;

/** Also of the pages that V8 keeps for garbage to come: what it would give back to a machine that is short of memory is not lost. */
export function collectGarbage(): void {
  void globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
}

/** What the process has let go of takes the system a moment to see, and a thread that ends late holds its guest until then. */
export async function lastingGrowth(sizeBefore: number): Promise<number> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    globalThis.gc?.();
    const growth = process.memoryUsage.rss() - sizeBefore;
    if (growth < SETTLED_BYTES || performance.now() > deadline) return growth;
    await sleep(SETTLE_EVERY_MS);
  }
}
