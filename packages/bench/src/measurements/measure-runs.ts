import { setTimeout as sleep } from "node:timers/promises";
import { Bench } from "tinybench";
import type { Session } from "../contestants/contestant.ts";

/** Medians, in milliseconds, of one whole `run` of a tiny program. */
export interface RunFigures {
  /** One after the other, without a pause. */
  readonly backToBack: number;
  /** After a pause in which a guest can be made ready. */
  readonly paced: number;
}

const program = "module.exports = { answer: 6 * 7 };";
const bareProgram = "({ answer: 6 * 7 })";
const pauseMs = 300;
const pacedRuns = 12;

export async function measureRuns(session: Session, bare: boolean): Promise<RunFigures> {
  const run = (): Promise<unknown> => session.run(bare ? bareProgram : program);
  const bench = new Bench({ time: 1_500, iterations: 12, warmupTime: 300, warmupIterations: 3, throws: true });
  bench.add("back to back", run);
  const paced = new Bench({ time: 0, iterations: pacedRuns, warmup: false, throws: true });
  paced.add("paced", run, { beforeEach: () => sleep(pauseMs) });
  return { backToBack: await medianLatency(bench), paced: await medianLatency(paced) };
}

async function medianLatency(bench: Bench): Promise<number> {
  await bench.run();
  const result = bench.tasks[0]?.result;
  return result !== undefined && "latency" in result ? result.latency.p50 : Number.NaN;
}
