import type { GuestUsage } from "@vivarium/core";
import type { GuestIsolate } from "./guest-isolate.ts";
import type { GuestCalls } from "./system-calls/guest-calls.ts";

/** What a guest has used so far; it must not be in it at this moment. */
export function usageOf(isolate: GuestIsolate, calls: GuestCalls): GuestUsage {
  const { heapUsed, heapTotal, external } = isolate.memory();
  return {
    cpuTimeMs: isolate.cpuTimeMs(),
    heapUsedBytes: heapUsed,
    heapTotalBytes: heapTotal,
    externalBytes: Math.max(0, external),
    ...calls.figures,
  };
}
