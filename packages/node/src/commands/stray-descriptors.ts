import { readdirSync, readFileSync } from "node:fs";

const LAST_STANDARD = 2;
const O_CLOEXEC = 0o2000000;

/**
 * Descriptors of this process that every program would inherit that it starts: Node closes those that it has opened
 * itself. Ascending; none where the system does not tell.
 */
export function strayDescriptors(): readonly number[] {
  try {
    const open = readdirSync("/proc/self/fdinfo").map(Number);
    return open.filter((fd) => fd > LAST_STANDARD && isInherited(fd)).sort((a, b) => a - b);
  } catch {
    return [];
  }
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    // That by which the list was read is closed by now.
    return false;
  }
}
