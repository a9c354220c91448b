import type { Binding } from "../guest.ts";

/** A guest is its own main thread, and has no other. */
export function workerBinding(): Binding {
  return {
    __proto__: null,
    isMainThread: true,
    isInternalThread: false,
    ownsProcessState: true,
    threadId: 0,
    threadName: "",
    resourceLimits: new Float64Array(4),
    getEnvMessagePort: () => undefined,
    kMaxYoungGenerationSizeMb: 0,
    kMaxOldGenerationSizeMb: 1,
    kCodeRangeSizeMb: 2,
    kStackSizeMb: 3,
    kTotalResourceLimitCount: 4,
  };
}
