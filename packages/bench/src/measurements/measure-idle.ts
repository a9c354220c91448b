import { setTimeout as sleep } from "node:timers/promises";
import type { Contestant, Session } from "../contestants/contestant.ts";
import { treeMiB } from "./tree-memory.ts";

export interface IdleFigures {
  readonly idle1: number;
  readonly idle10: number;
  readonly idle100: number;
}

/** What a contestant may take to start, beside the guests, and then to settle, in milliseconds. */
const START_MS = 4_000;
/** What it may take for each guest. */
const EACH_MS = 200;
const SETTLE_MS = 3_000;

/**
 * MiB that each of so many runtimes with one guest that waits costs, beyond a first one that is there already: growth of
 * this process and all its descendants. `NaN` where the system does not tell.
 */
export async function measureIdle(contestant: Contestant): Promise<IdleFigures> {
  if (process.platform !== "linux") return { idle1: Number.NaN, idle10: Number.NaN, idle100: Number.NaN };
  await using first = await contestant.open();
  await first.run(contestant.waitingProgram(0));
  await sleep(START_MS);
  await first.run(contestant.waitingProgram(0));
  await sleep(SETTLE_MS);
  return {
    idle1: await growthFor(contestant, 1),
    idle10: await growthFor(contestant, 10),
    idle100: await growthFor(contestant, 100),
  };
}

async function growthFor(contestant: Contestant, count: number): Promise<number> {
  const before = treeMiB();
  const startMs = START_MS + count * EACH_MS;
  const sessions: Session[] = [];
  for (let index = 0; index < count; index += 1) sessions.push(await contestant.open());
  const held = sessions.map((session) => session.run(contestant.waitingProgram(startMs + SETTLE_MS)));
  await sleep(startMs);
  const during = treeMiB();
  await Promise.all(held);
  for (const session of sessions) await session[Symbol.asyncDispose]();
  await sleep(SETTLE_MS);
  return (during - before) / count;
}
