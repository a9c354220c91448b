import type { LaunchCell } from "../process/cell-process.ts";
import { hostIsolation } from "../process/isolation-report.ts";
import type { ProcessDriverOptions } from "../process/process-runtime-driver.ts";
import { LiveThreads } from "./live-threads.ts";
import { WorkerThread } from "./worker-thread.ts";

export interface CellThreads extends Required<Pick<ProcessDriverOptions, "isolation" | "endThreads">> {
  readonly launch: LaunchCell;
}

/** What a driver needs for its cells to be threads of this process. */
export function inThreads(): CellThreads {
  const live = new LiveThreads();
  return {
    launch: (events) => new WorkerThread(events, live),
    isolation: hostIsolation,
    endThreads: () => live.ended(),
  };
}
