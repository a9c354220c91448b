import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Contestant, Session } from "../contestants/contestant.ts";
import { forAsLongAs, WARM_UP_MS } from "./for-as-long-as.ts";
import { tinyProgram } from "./measure-runs.ts";
import { median } from "./median.ts";

export interface LoadFigures {
  /** The 99th percentile of a run of a tiny program, one after the other, in milliseconds. */
  readonly slowest: number;
  /** Such runs per second, as many at a time as there are processors. */
  readonly perSecond: number;
  /** A program that writes ten thousand files, until the embedder has them all, in milliseconds. */
  readonly files: number;
}

const LOAD_MS = 4_000;
const RUNS = 300;
const FILES = 10_000;
const FILE_ROUNDS = 3;

export async function measureLoad(contestant: Contestant, session: Session): Promise<LoadFigures> {
  const run = (): Promise<unknown> => session.run(tinyProgram);
  await forAsLongAs(WARM_UP_MS, run);
  const latencies: number[] = [];
  for (let count = 0; count < RUNS; count += 1) latencies.push(await timed(run));
  const lanes = Array.from({ length: availableParallelism() }, () => forAsLongAs(LOAD_MS, run));
  const finished = (await Promise.all(lanes)).reduce((sum, count) => sum + count);
  return {
    slowest: percentile(latencies, 0.99),
    perSecond: (finished * 1_000) / LOAD_MS,
    files: await writeFiles(contestant),
  };
}

/** In a session of its own each time: the files are new ones. */
async function writeFiles(contestant: Contestant): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < FILE_ROUNDS; round += 1) {
    await using session = await contestant.open();
    await session.run(tinyProgram);
    await sleep(WARM_UP_MS);
    await session.run(tinyProgram);
    times.push(await timed(() => session.run(contestant.filesProgram(FILES))));
  }
  return median(times);
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
