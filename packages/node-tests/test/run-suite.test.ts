import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { runSuite } from "../src/run-suite.ts";
import { listTestFiles } from "../src/suite-folder.ts";
import type { TestResult } from "../src/test-result.ts";

const suite = fileURLToPath(new URL("./suite/", import.meta.url));

describe.each(["inline", "process"] as const)("The runner, over guests in %s cells,", (cell) => {
  const found = new Map<string, TestResult>();

  beforeAll(async () => {
    const names = listTestFiles(suite, ["*"]);
    const results = await runSuite({ suite, names, jobs: 2, conditions: { cell, timeoutMs: 3_000 } });
    for (const result of results) found.set(result.name, result);
  }, 90_000);

  it.each([
    ["a callback that must be called and is not", "test-control-must-call.js", /callback was called 0 times/],
    ["an error thrown from a timer", "test-control-late-throw.js", /RangeError: late/],
    ["an assertion after a top-level await", "test-control-top-level-await.mjs", /AssertionError/],
    ["a rejection that nobody handles", "test-control-rejection.js", /TypeError: rejected/],
    ["an exit code set at the last moment", "test-control-exit-code.js", /code 7/],
    ["an endless loop", "test-control-endless.js", /wall-time-limit/],
  ])("counts %s as a failure", (_what, name, cause) => {
    expect(found.get(name)).toMatchObject({ status: "fail", cause: expect.stringMatching(cause) });
  });

  it("counts a skip apart", () => {
    expect(found.get("test-control-skip.js")).toMatchObject({ status: "skip", reason: "it is a control" });
  });

  it("passes every program of the smoke selection", () => {
    const smoke = [...found.values()].filter(({ name }) => name.startsWith("test-smoke-"));
    expect(smoke.length).toBe(7);
    expect(smoke.filter(({ status }) => status !== "pass")).toEqual([]);
  });
});

describe("A run that is interrupted", () => {
  it("answers what it has found until then, and waits for nothing", async () => {
    const names = ["test-control-skip.js", "test-control-endless.js", "test-control-exit-code.js"];
    const interruption = new AbortController();
    const results = await runSuite({
      suite,
      names,
      jobs: 1,
      conditions: { cell: "process", timeoutMs: 600_000 },
      signal: interruption.signal,
      onResult: () => setTimeout(() => interruption.abort(), 200),
    });
    expect(results.map(({ name }) => name)).toEqual(["test-control-skip.js"]);
  }, 60_000);
});
