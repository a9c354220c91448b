import { readlinkSync } from "node:fs";
import { readdir, readlink } from "node:fs/promises";

const STANDARD = [0, 1, 2];

/** The ends that a process has of its three pipes, as `/proc` names them; none where there is no such thing. */
export function openEnds(pid: number): ReadonlySet<string> {
  const ends = new Set<string>();
  for (const fd of STANDARD) {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      if (/^(?:socket|pipe):/.test(target)) ends.add(target);
    } catch {
      // It has ended, or has closed it.
    }
  }
  return ends;
}

/** Whether a process has one of these ends open: it can only have it from whoever was given it. */
export async function holdsOneOf(pid: number, ends: ReadonlySet<string>): Promise<boolean> {
  if (ends.size === 0) return false;
  try {
    const descriptors = await readdir(`/proc/${pid}/fd`);
    const targets = descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => ""));
    return (await Promise.all(targets)).some((target) => ends.has(target));
  } catch {
    return false;
  }
}
