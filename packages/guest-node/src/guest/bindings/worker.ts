import type { Binding, Guest } from "../guest.ts";
import type { PortHub } from "../messaging/port-hub.ts";
import { ThreadLink } from "../messaging/thread-link.ts";
import { workerClass } from "../workers/worker-handle.ts";

const LIMITS = 4;

/** Who the guest is among its threads, and how it starts others. */
export function workerBinding(guest: Guest, hub: PortHub): Binding {
  let port: object | undefined;
  const binding: Binding = {
    __proto__: null,
    isMainThread: true,
    isInternalThread: false,
    ownsProcessState: true,
    threadId: 0,
    threadName: "",
    resourceLimits: new Float64Array(LIMITS),
    Worker: workerClass(guest, hub),
    getEnvMessagePort: () => port,
    kMaxYoungGenerationSizeMb: 0,
    kMaxOldGenerationSizeMb: 1,
    kCodeRangeSizeMb: 2,
    kStackSizeMb: 3,
    kTotalResourceLimitCount: LIMITS,
  };
  guest.onStart(() => {
    const { worker, channel } = guest.config;
    if (worker === undefined) return;
    binding["isMainThread"] = false;
    binding["ownsProcessState"] = false;
    binding["threadId"] = worker.threadId;
    binding["threadName"] = worker.name;
    binding["isInternalThread"] = worker.isInternal;
    const limits = binding["resourceLimits"] as Float64Array;
    for (let index = 0; index < LIMITS; index++) limits[index] = worker.resourceLimits[index] ?? -1;
    const link = new ThreadLink(guest, hub, false);
    hub.locks = link.locks;
    port = link.firstPort();
    link.begin(channel ?? -1, () => undefined);
    // What a thread has sent before it ends is heard.
    if (worker.mayWait) guest.onEnd(() => link.drain());
  });
  return binding;
}
