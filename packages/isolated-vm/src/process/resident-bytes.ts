import { readFileSync } from "node:fs";

/** The second field of proc_pid_statm(5) counts resident pages; they have this many bytes on x64 and, as a rule, on arm64. */
const PAGE_BYTES = 4096;
const RESIDENT_FIELD = 1;

/** Bytes of memory that a process occupies. Undefined where the platform does not tell, or the process is gone. */
export function residentBytes(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[RESIDENT_FIELD]);
    return Number.isFinite(pages) ? pages * PAGE_BYTES : undefined;
  } catch {
    return undefined;
  }
}
