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
    wait.begin(1);
    for (let call = 0; call < 1000; call += 1) wait.wait();
    expect(wait.spentMs).toBeGreaterThanOrEqual(1);
    expect(wait.spentMs).toBeLessThan(10);
    wait.begin(1);
    expect(wait.spentMs).toBe(0);
  });

  test("does not wait for what is there", () => {
    const [there, missing] = [ready, silent].map((descriptor) => {
      const wait = new AnswerWait(loadProcessControls(), descriptor);
      wait.begin(1000);
      for (let call = 0; call < 100; call += 1) wait.wait();
      return wait.spentMs;
    });
    expect(missing).toBeGreaterThan(4 * (there ?? Number.NaN));
  });

  test("sleeps at once where it has nothing to stay awake with", () => {
    const wait = new AnswerWait(undefined, silent);
    wait.begin(1000);
    wait.wait();
    expect(wait.spentMs).toBe(0);
  });
});
