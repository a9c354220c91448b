import { readdirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** The least that a nice value can be for whom others are to go before, and the most. */
export const NICENESS: { readonly least: number; readonly most: number } = { least: 0, most: 19 };

/**
 * Has the other processes of the machine go before one, as nice(2) does. On Linux every thread has a nice value of its own:
 * those that it has now get it, and hand it on to those that they start.
 *
 * @param niceness from 0 to 19; one that is nicer already stays as it is, since nobody but root may take that back
 */
export function lowerProcessPriority(pid: number, niceness: number): void {
  for (const thread of threadsOf(pid)) lowerThreadPriority(thread, niceness);
}

/** As {@link lowerProcessPriority}, of one thread by its number on Linux. */
export function lowerThreadPriority(thread: number, niceness: number): void {
  try {
    if (getPriority(thread) < niceness) setPriority(thread, niceness);
  } catch {
    // It has ended, or the machine lets nobody do this: it is a courtesy, and no limit.
  }
}

function threadsOf(pid: number): readonly number[] {
  if (process.platform !== "linux") return [pid];
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
