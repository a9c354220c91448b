import { setTimeout as sleep } from "node:timers/promises";
import type { Contestant } from "../contestants/contestant.ts";
import { treeMiB } from "./tree-memory.ts";

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
