import { processFields } from "./process-fields.ts";

/** Linux counts the CPU time of processes in hundredths of a second on every architecture. */
const MS_PER_TICK = 10;
/** `utime` and `stime`; see {@link processFields}. */
const USER_FIELD = 11;
const SYSTEM_FIELD = 12;

/**
 * CPU time that a process has used, in milliseconds: user and system, all of its threads.
 * Undefined where the platform does not tell, or the process is gone.
 */
export function processCpuTimeMs(pid: number): number | undefined {
  return cpuTimeMs(`${pid}`);
}

/** As {@link processCpuTimeMs}, of one thread of this process, by the system's number for it. */
export function threadCpuTimeMs(thread: number): number | undefined {
  return cpuTimeMs(`self/task/${thread}`);
}

function cpuTimeMs(folder: string): number | undefined {
  const fields = processFields(folder);
  const ticks = Number(fields?.[USER_FIELD]) + Number(fields?.[SYSTEM_FIELD]);
  return Number.isFinite(ticks) ? ticks * MS_PER_TICK : undefined;
}
