import { readdir, readFile } from "node:fs/promises";

/** A process as Linux tells of it in `/proc/<pid>/stat` (proc_pid_stat(5)). */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** When it began, in ticks since the machine did: tells it from a later one with the same number. */
  readonly startTime: number;
  readonly isZombie: boolean;
}

/** The numbers of all processes; none where there is no `/proc`. */
export async function processNumbers(): Promise<readonly number[]> {
  try {
    return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

const PARENT = 1;
const GROUP = 2;
const SESSION = 3;
const START_TIME = 19;

export async function processEntry(pid: number): Promise<ProcessEntry | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "latin1");
    // The name before may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const number = (index: number): number => Number(fields[index]);
    return {
      pid,
      parent: number(PARENT),
      group: number(GROUP),
      session: number(SESSION),
      startTime: number(START_TIME),
      isZombie: fields[0] === "Z" || fields[0] === "X",
    };
  } catch {
    return undefined;
  }
}

/** Whether a process was started with a variable, or by one that was: `name=value`. */
export async function hasVariable(pid: number, variable: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, "latin1")).split("\0").includes(variable);
  } catch {
    return false;
  }
}
