import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { childrenOf } from "./children-of.ts";
import { openDriver } from "./open-driver.ts";

/** The first cell is this process's child, as the zygote is, of which the others are copies. */
const cells = (): number[] => childrenOf(process.pid).flatMap((pid) => [pid, ...childrenOf(pid)]);

/** Says that it has begun, and computes: for a part of its CPU time, or for ever. */
const computes = (rounds: number) => `require("node:fs").writeSync(1, "go"); for (let i = 0; i < ${rounds}; i++);`;

/** Runs a program in a cell that the system does not let run for longer than the guest's CPU limit. */
async function execStopped(code: string) {
  await using opened = openDriver({ cells: "process", maxCells: 1 });
  let stopped: Promise<void> | undefined;
  const onStdio = (): void => {
    stopped ??= stopFor(3_500);
  };
  const { outcome } = await opened.exec(code, { onStdio }, { cpuTimeLimitMs: 3_000, wallTimeLimitMs: 30_000 });
  await stopped;
  return outcome;
}

async function stopFor(milliseconds: number): Promise<void> {
  const pids = cells();
  expect(pids).not.toEqual([]);
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  await sleep(milliseconds);
  for (const pid of pids) process.kill(pid, "SIGCONT");
}

describe.runIf(process.platform === "linux")("a guest whose cell the system does not let run", () => {
  test("goes on afterwards: that was no CPU time of its", async () => {
    expect(await execStopped(computes(2e8))).toEqual({ kind: "returned", code: 0 });
  });

  test("still ends when it has used its CPU time", async () => {
    expect(await execStopped(computes(Number.POSITIVE_INFINITY))).toEqual({
      kind: "cpu-time-limit",
      code: 124,
      limitMs: 3_000,
    });
  });
});
