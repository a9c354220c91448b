import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { descendantsOf, isAlive, isZygote } from "./process-tree.ts";

/*
 * Kills cells of this process, and what they are copied from, at the given times: on a thread of its own, since the one
 * that runs programs is busy. Says so each time, and ends when it is told to.
 */

export interface KillerOptions {
  readonly everyMs: number;
  readonly seconds: number;
  readonly zygotes: number;
}

/** What it has killed. */
export type Kill = "cell" | "zygote";

const { everyMs, seconds, zygotes } = workerData as KillerOptions;
const began = performance.now();
let over = false;
let zygotesKilled = 0;

/** Zygotes at even distances in time. */
function isZygotesTurn(): boolean {
  const due = ((zygotesKilled + 1) * seconds * 1000) / (zygotes + 1);
  return zygotesKilled < zygotes && performance.now() - began > due;
}

function killOne(): void {
  const alive = descendantsOf(process.pid).filter(isAlive);
  const cells = alive.filter((pid) => !isZygote(pid));
  const zygote = isZygotesTurn() ? alive.find(isZygote) : undefined;
  const victim = zygote ?? cells[Math.floor(Math.random() * cells.length)];
  if (victim === undefined) return;
  try {
    process.kill(victim, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
    return;
  }
  if (victim === zygote) zygotesKilled += 1;
  const kill: Kill = victim === zygote ? "zygote" : "cell";
  parentPort?.postMessage(kill);
}

parentPort?.once("message", () => {
  over = true;
});
for (let turn = 1; !over; turn += 1) {
  await sleep(Math.max(0, began + turn * everyMs - performance.now()));
  if (!over) killOne();
}
