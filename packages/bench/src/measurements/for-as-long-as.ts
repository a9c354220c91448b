/** Long enough for whatever a contestant prepares after its first run, in milliseconds. */
export const WARM_UP_MS = 4_000;

/** Runs something over and over; answers how often. */
export async function forAsLongAs(ms: number, run: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + ms;
  let count = 0;
  for (; performance.now() < end; count += 1) await run();
  return count;
}
