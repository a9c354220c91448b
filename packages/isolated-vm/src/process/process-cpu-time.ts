import { hostControls } from "./host-controls.ts";

/**
 * CPU time that a process has used, in milliseconds: user and system, all of its threads.
 * Undefined where the platform does not tell, or the process is gone.
 */
export function processCpuTimeMs(pid: number): number | undefined {
  return known(hostControls().processCpuMs(pid));
}

/** As {@link processCpuTimeMs}, of one thread of this process, by the system's number for it. */
export function threadCpuTimeMs(thread: number): number | undefined {
  return known(hostControls().systemThreadCpuMs(thread));
}

function known(ms: number): number | undefined {
  return ms < 0 ? undefined : ms;
}
