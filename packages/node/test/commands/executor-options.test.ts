import { expect, test } from "vitest";
import { resolveExecutorOptions } from "../../src/commands/executor-options.ts";

test("what an executor is not told has bounds", () => {
  expect(resolveExecutorOptions({ cwd: "/" })).toEqual({
    directories: "/",
    path: ["/usr/local/bin", "/usr/bin", "/bin"],
    env: {},
    allowVariables: [],
    maxCommands: 32,
    maxProcesses: 64,
    outputLimitBytes: 67_108_864,
    timeLimitMs: 600_000,
  });
});

test("no command may take longer than a timer can wait", () => {
  expect(resolveExecutorOptions({ cwd: "/", timeLimitMs: 2 ** 40 }).timeLimitMs).toBe(2_147_483_647);
});
