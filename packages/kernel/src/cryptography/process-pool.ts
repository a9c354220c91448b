import { CallFailure } from "../system-calls/call-failure.ts";
import type { PoolWork } from "./crypto-engine.ts";

/** How often the time of a job under way is looked at, in milliseconds. */
const LOOK_EVERY_MS = 50;

let line: Promise<unknown> = Promise.resolve();

/**
 * Jobs on the thread pool of this process, which is a cell's alone: one at a time, so that what the process uses beside
 * this thread is the job's. One whose guest is gone is not waited for.
 */
export const processPool: PoolWork = (start, charge) => {
  const work = line.then(() => watched(start, charge));
  line = work.catch(() => undefined);
  return work;
};

function watched<Result>(
  start: (done: (result: Result) => void) => void,
  charge: (cpuMs: number) => boolean,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let before = poolCpuMs();
    const look = (): boolean => {
      const now = poolCpuMs();
      const goesOn = charge(now - before);
      before = now;
      return goesOn;
    };
    const timer = setInterval(() => {
      if (look()) return;
      clearInterval(timer);
      reject(new CallFailure("ECANCELED"));
    }, LOOK_EVERY_MS);
    start((result) => {
      clearInterval(timer);
      look();
      resolve(result);
    });
  });
}

/** What this process has used beside this thread, in milliseconds. */
function poolCpuMs(): number {
  const [all, own] = [process.cpuUsage(), process.threadCpuUsage()];
  return (all.user + all.system - own.user - own.system) / 1_000;
}
