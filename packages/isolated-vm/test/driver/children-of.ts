import { readFileSync } from "node:fs";

/**
 * Children of a process, by their numbers; none when it is gone. Not the one with which a zygote makes namespaces as it
 * starts: it is no cell, and ends by itself.
 */
export function childrenOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return children.filter((child) => read(`/proc/${child}/comm`).trim() !== "namespaces");
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
