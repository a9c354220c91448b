import { once } from "node:events";
import type { Writable } from "node:stream";

/** Settles when more can be written, or nobody takes it any more; rejects when it fails. Leaves no listener behind. */
export async function roomIn(writable: Writable): Promise<void> {
  if (writable.destroyed || !writable.writableNeedDrain) return;
  const over = new AbortController();
  const events = ["drain", "close"].map((name) => once(writable, name, over));
  for (const event of events) event.catch(() => undefined);
  try {
    await Promise.race(events);
  } finally {
    over.abort();
  }
}
