import { forAsLongAs } from "../measurements/for-as-long-as.ts";
import { median } from "../measurements/median.ts";
import type { Callable, HostCallKind } from "./callable.ts";

const WARM_UP_MS = 1500;
const MEASURED_MS = 1500;

/** Microseconds of one call after the other: the median. */
export async function roundTripUs(callable: Callable, bytes: number): Promise<number> {
  const payload = new Uint8Array(bytes).fill(7);
  await forAsLongAs(WARM_UP_MS, () => callable.echo(payload));
  const times: number[] = [];
  await forAsLongAs(MEASURED_MS, async () => {
    const began = performance.now();
    await callable.echo(payload);
    times.push(performance.now() - began);
  });
  return median(times) * 1000;
}

/** Calls of 100 bytes per second, with so many at once. */
export async function callsPerSecond(callable: Callable, atOnce: number): Promise<number> {
  const payload = new Uint8Array(100).fill(7);
  const began = performance.now();
  const counts = await Promise.all(
    Array.from({ length: atOnce }, () => forAsLongAs(MEASURED_MS, () => callable.echo(payload))),
  );
  const seconds = (performance.now() - began) / 1000;
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

/** Microseconds of one call of the host after the other, from inside: the median of batches. */
export async function hostCallUs(callable: Callable, kind: HostCallKind, bytes: number): Promise<number> {
  const batch = bytes > LONG_BYTES ? SMALL_BATCH : BATCH;
  await forAsLongAs(WARM_UP_MS, () => callable.callHost(kind, bytes, batch));
  const times: number[] = [];
  await forAsLongAs(MEASURED_MS, async () => {
    const began = performance.now();
    await callable.callHost(kind, bytes, batch);
    times.push((performance.now() - began) / batch);
  });
  return median(times) * 1000;
}

/** Calls of the host by one of the guest, which is then a small part of them. */
const BATCH = 500;
const SMALL_BATCH = 10;
const LONG_BYTES = 100_000;
