import { setTimeout as sleep } from "node:timers/promises";
import { Bench } from "tinybench";
import type { Contestant, Session } from "../contestants/contestant.ts";
import { WARM_UP_MS } from "./for-as-long-as.ts";

/** Medians, in milliseconds, of one whole `run` of a tiny program. */
export interface RunFigures {
  /** In a runtime made for it, disposal included: the boot of a guest, and of its cell. */
  readonly newRuntime: number;
  /** One after the other, without a pause. */
  readonly backToBack: number;
  /** After a pause in which a guest can be made ready. */
  readonly paced: number;
}

export const tinyProgram: string = "module.exports = { answer: 6 * 7 };";
const bareProgram = "({ answer: 6 * 7 })";
const pauseMs = 300;
const pacedRuns = 12;
const newRuntimes = 7;

export async function measureRuns(contestant: Contestant, session: Session, bare: boolean): Promise<RunFigures> {
  const code = bare ? bareProgram : tinyProgram;
  const run = (): Promise<unknown> => session.run(code);
  const backToBack = new Bench({
    time: 1_500,
    iterations: 12,
    warmupTime: WARM_UP_MS,
    warmupIterations: 3,
    throws: true,
  });
  backToBack.add("back to back", run);
  const paced = new Bench({ time: 0, iterations: pacedRuns, warmup: false, throws: true });
  paced.add("paced", run, { beforeEach: () => sleep(pauseMs) });
  const newRuntime = new Bench({ time: 0, iterations: newRuntimes, warmup: false, throws: true });
  newRuntime.add("new runtime", () => runInNewSession(contestant, code));
  return {
    newRuntime: await medianLatency(newRuntime),
    backToBack: await medianLatency(backToBack),
    paced: await medianLatency(paced),
  };
}

async function runInNewSession(contestant: Contestant, code: string): Promise<void> {
  await using session = await contestant.open();
  await session.run(code);
}

async function medianLatency(bench: Bench): Promise<number> {
  await bench.run();
  const result = bench.tasks[0]?.result;
  return result !== undefined && "latency" in result ? result.latency.p50 : Number.NaN;
}
