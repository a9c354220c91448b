import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadProcessControls } from "@vivarium/guest-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AnswerWait } from "../../src/cell/answer-wait.ts";

describe.runIf(process.platform === "linux")("a cell that waits for an answer", () => {
  const folder = mkdtempSync(join(tmpdir(), "vivarium-wait-"));
  /** Nothing will come over it. */
  let silent: number;
  /** Has something to read. */
  let ready: number;

  beforeAll(() => {
    execFileSync("mkfifo", [join(folder, "silent")]);
    silent = openSync(join(folder, "silent"), "r+");
    writeFileSync(join(folder, "ready"), "text");
    ready = openSync(join(folder, "ready"), "r");
  });
  afterAll(() => {
    for (const descriptor of [silent, ready]) closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });

  test("stays awake for no more processor time than the run may use", () => {
    const wait = new AnswerWait(loadProcessControls(), silent);
    const run = wait.begin(1);
    for (let call = 0; call < 1000; call += 1) wait.wait();
    expect(run.spentMs).toBeGreaterThanOrEqual(1);
    expect(run.spentMs).toBeLessThan(10);
    expect(wait.begin(1).spentMs).toBe(0);
  });

  test("knows which of several runs it waits for", () => {
    const wait = new AnswerWait(loadProcessControls(), silent);
    const [first, second] = [wait.begin(1000), wait.begin(1000)];
    wait.wait();
    expect(first.spentMs).toBe(0);
    expect(second.spentMs).toBeGreaterThan(0);
    first.resume();
    // The next ones are slept through: the one before was in vain.
    for (let call = 0; call < 10; call += 1) wait.wait();
    expect(first.spentMs).toBeGreaterThan(0);
  });

  test("gives up staying awake where it is in vain, but for a try from time to time", () => {
    const wait = new AnswerWait(loadProcessControls(), silent);
    const run = wait.begin(1_000_000);
    for (let call = 0; call < 1000; call += 1) wait.wait();
    expect(run.spentMs).toBeGreaterThan(0.05);
    // Awake all the time it would be about a thousand.
    expect(run.spentMs).toBeLessThan(50);
  });

  test("does not wait for what is there", () => {
    const [there, missing] = [ready, silent].map((descriptor) => {
      const wait = new AnswerWait(loadProcessControls(), descriptor);
      const run = wait.begin(1000);
      for (let call = 0; call < 100; call += 1) wait.wait();
      return run.spentMs;
    });
    expect(missing).toBeGreaterThan(4 * (there ?? Number.NaN));
  });

  test("sleeps at once where it has nothing to stay awake with", () => {
    const wait = new AnswerWait(undefined, silent);
    const run = wait.begin(1000);
    wait.wait();
    expect(run.spentMs).toBe(0);
  });
});
