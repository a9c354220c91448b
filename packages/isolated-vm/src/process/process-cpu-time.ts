import { readFileSync } from "node:fs";

/** Linux counts the CPU time of processes in hundredths of a second on every architecture. */
const MS_PER_TICK = 10;
/** `utime` and `stime` in proc_pid_stat(5), counted from the field after the command. */
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
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${folder}/stat`, "latin1");
    // The command is in brackets and may contain anything, brackets included.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[USER_FIELD]) + Number(fields[SYSTEM_FIELD]);
    return Number.isFinite(ticks) ? ticks * MS_PER_TICK : undefined;
  } catch {
    return undefined;
  }
}
