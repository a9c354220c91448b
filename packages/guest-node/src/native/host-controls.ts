import { openControls } from "./open-controls.ts";

/** What the native helper tells of other processes and threads: for a host's own Node, never for a guest. */
export interface HostControls {
  /** CPU time that a process has used with all its threads, in milliseconds; -1 where nothing tells it, or there is none. */
  processCpuMs(pid: number): number;
  /** As {@link processCpuMs}, of one thread of this process, by the system's number for it. */
  systemThreadCpuMs(systemThread: number): number;
}

/**
 * Loads the controls.
 * @throws VivariumError `ERR_NATIVE_HELPER_MISSING`
 */
export function loadHostControls(): HostControls {
  return openControls<HostControls>(["processCpuMs", "systemThreadCpuMs"]);
}
