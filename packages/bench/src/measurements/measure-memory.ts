import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Contestant } from "../contestants/contestant.ts";

const guests = 6;
const holdMs = 4_000;

/**
 * MiB that one more runtime with one live guest costs: growth of this process and all its descendants (proportional set
 * size, so that shared pages count once) while several guests wait. `NaN` where the system does not tell.
 */
export async function measureMemory(contestant: Contestant): Promise<number> {
  if (process.platform !== "linux") return Number.NaN;
  const hold = async (delayMs: number): Promise<void> => {
    await using session = await contestant.open();
    await session.run(contestant.waitingProgram(delayMs));
    if (contestant.endsAtOnce) await sleep(delayMs);
  };
  await hold(0);
  await sleep(500);
  const before = treeMiB();
  const held = Array.from({ length: guests }, () => hold(holdMs));
  await sleep(holdMs / 2);
  const during = treeMiB();
  await Promise.all(held);
  return (during - before) / guests;
}

function treeMiB(): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = /^PPid:\s+(\d+)/m.exec(readProc(`/proc/${name}/status`))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at !== 0; at = parents.get(at))
      if (at === process.pid) return true;
    return false;
  };
  let kib = 0;
  for (const pid of parents.keys()) {
    if (isOurs(pid)) kib += Number(/^Pss:\s+(\d+) kB/m.exec(readProc(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  }
  return kib / 1024;
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
