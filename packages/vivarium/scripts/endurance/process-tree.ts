import { readdirSync, readFileSync } from "node:fs";

/** What a process has begun, its children's children included, as Linux tells it. Those that have ended and were not collected count. */
export function descendantsOf(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Memory of a process that it shares with no other, with its part of what it shares, in MiB; 0 when it is gone. */
export function proportionalMiB(pid: number): number {
  const rollup = read(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) / 1024;
}

/** The part of {@link proportionalMiB} that is no file's: what others do beside it does not change it. */
export function anonymousMiB(pid: number): number {
  const rollup = read(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss_Anon:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) / 1024;
}

/** Memory that a process occupies, with all of what it shares with others, in MiB; 0 when it is gone. */
export function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

/** How many descriptors a process holds. */
export function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** Whether cells are copied from it: it was started as one, and not copied itself. */
export function isZygote(pid: number): boolean {
  const parent = Number(/^PPid:\s*(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1]);
  return parent === process.pid && read(`/proc/${pid}/cmdline`).includes("zygote-main");
}

/** Whether it is there and has not ended. */
export function isAlive(pid: number): boolean {
  const status = read(`/proc/${pid}/status`);
  return status !== "" && !/^State:\s*[ZX]/m.test(status);
}

function childrenOf(pid: number): readonly number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
