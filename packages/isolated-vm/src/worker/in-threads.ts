import { hostIsolation } from "../process/isolation-report.ts";
import type { ProcessDriverOptions } from "../process/process-runtime-driver.ts";
import { LiveThreads } from "./live-threads.ts";
import { WorkerThread } from "./worker-thread.ts";

/** What a driver needs for its cells to be threads of this process. */
export function inThreads(): Required<Pick<ProcessDriverOptions, "launch" | "isolation" | "endThreads">> {
  const live = new LiveThreads();
  return {
    launch: (events) => new WorkerThread(events, live),
    isolation: hostIsolation,
    endThreads: () => live.ended(),
  };
}
