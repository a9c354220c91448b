import { readFileSync } from "node:fs";

/** What a process takes of its machine. */
export interface ProcessSize {
  /** Memory that it occupies, or has pushed out, and the tables by which the kernel finds it. */
  readonly bytes: number;
  readonly threads: number;
}

/**
 * Fields of proc_pid_status(5). The tables count because they can be had without the memory: whoever only looks at pages
 * that were never written is shown the same empty one everywhere, and gets a table for each two megabytes.
 */
const MEMORY_FIELDS = ["VmRSS", "VmSwap", "VmPTE"] as const;
const BYTES_PER_UNIT = 1024;

/** Undefined where the platform does not tell, or the process is gone. */
export function processSize(pid: number): ProcessSize | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const units = MEMORY_FIELDS.reduce((sum, field) => sum + numberIn(status, field), 0);
    const threads = numberIn(status, "Threads");
    // One that has ended and is not buried yet has no memory.
    return threads === 0 || units === 0 ? undefined : { bytes: units * BYTES_PER_UNIT, threads };
  } catch {
    return undefined;
  }
}

/** The name of the process, which it chooses, is the first line, and no line break can be in it. */
function numberIn(status: string, field: string): number {
  const start = status.indexOf(`\n${field}:`);
  return start === -1 ? 0 : Number.parseInt(status.slice(start + field.length + 2, start + field.length + 32), 10);
}
