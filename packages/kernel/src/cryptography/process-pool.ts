import { VivariumError } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { ChargeWork, PoolWork } from "./crypto-engine.ts";

/** How often the time of a job under way is looked at, in milliseconds. */
const LOOK_EVERY_MS = 50;
/** Of libuv's four threads: with the last one gone, jobs would wait for nothing. */
const MOST_LOST = 3;

let line: Promise<unknown> = Promise.resolve();
/** Jobs that go on though nobody waits for them any more. */
let lost = 0;

/**
 * Jobs on the thread pool of this process, which is a cell's alone: one at a time, so that what the process uses beside
 * this thread is the job's. One whose guest is gone is not begun, or not waited for. When guests that are gone have left
 * work to all threads but one, this process is of no more use: it ends with an error that nobody catches.
 */
export const processPool: PoolWork = (start, charge) => {
  const work = line.then(() => watched(start, charge));
  line = work.catch(() => undefined);
  return work;
};

function watched<Result>(start: (done: (result: Result) => void) => void, charge: ChargeWork): Promise<Result> {
  if (!charge(0)) return Promise.reject(new CallFailure("ECANCELED"));
  return new Promise((resolve, reject) => {
    const used = usage();
    let isLost = false;
    const timer = setInterval(() => {
      if (charge(used())) return;
      clearInterval(timer);
      isLost = true;
      lost += 1;
      reject(new CallFailure("ECANCELED"));
      if (lost >= MOST_LOST) throw new VivariumError("ERR_CELL_FAILED", { problem: TOO_MANY });
    }, LOOK_EVERY_MS);
    start((result) => {
      if (isLost) lost -= 1;
      else charge(used());
      clearInterval(timer);
      resolve(result);
    });
  });
}

const TOO_MANY = "guests that are gone have left work to its threads";

/** What a job has used since it was last asked, in milliseconds: never more than has passed, whatever else goes on. */
function usage(): () => number {
  let before = { cpuMs: poolCpuMs(), at: performance.now() };
  return () => {
    const now = { cpuMs: poolCpuMs(), at: performance.now() };
    const used = Math.min(now.cpuMs - before.cpuMs, now.at - before.at);
    before = now;
    return used;
  };
}

/** What this process has used beside this thread, in milliseconds. */
function poolCpuMs(): number {
  const [all, own] = [process.cpuUsage(), process.threadCpuUsage()];
  return (all.user + all.system - own.user - own.system) / 1_000;
}
