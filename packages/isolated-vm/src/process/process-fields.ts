import { readFileSync } from "node:fs";

/** See {@link processFields}. */
const STATE_FIELD = 0;
const PARENT_FIELD = 1;
/** Of one that has ended and is not buried yet. */
const ENDED = /^[ZX]/u;

/**
 * The fields of proc_pid_stat(5) from the one after the command on: the state of the process comes first.
 * Undefined where the platform does not tell, or the process is gone.
 */
function processFields(pid: number): readonly string[] | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command is in brackets and may contain anything, brackets included.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** The number of a process's parent: another than before once that has ended. See {@link processFields}. */
export function parentOf(pid: number): number | undefined {
  const parent = processFields(pid)?.[PARENT_FIELD];
  return parent === undefined ? undefined : Number(parent);
}

/** Whether a process has not ended; see {@link processFields}. */
export function isAlive(pid: number): boolean {
  const state = processFields(pid)?.[STATE_FIELD];
  return state !== undefined && !ENDED.test(state);
}
