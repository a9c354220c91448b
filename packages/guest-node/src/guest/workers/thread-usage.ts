import type { Guest } from "../guest.ts";
import { withoutPrototype } from "../past-prototypes.ts";

/** What a thread may be asked about itself: its heap, as `v8.getHeapStatistics()` has it, or its time on a processor. */
export type AskedUsage = "heap" | "cpu";

/** What the thread tells that is asked; it comes to that between two turns of its loop. */
export function usageOf(guest: Guest, asked: AskedUsage): unknown {
  if (asked === "heap") {
    const { getHeapStatistics } = guest.library.require("v8") as { getHeapStatistics(): object };
    return getHeapStatistics();
  }
  guest.calls.sync("process.cpuUsage");
  return withoutPrototype({ user: guest.calls.record[0], system: guest.calls.record[1] });
}
