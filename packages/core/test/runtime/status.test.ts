import { describe, expect, test } from "vitest";
import { type ExecutionReport, Runtime, type RuntimeDriver, VivariumError } from "../../src/index.ts";
import { createEvaluatingFactory } from "./evaluating-driver.ts";

const systemDriver = { permissions: {}, processConfig: {}, osConfig: {} };
const ofDriver = (execute: RuntimeDriver["execute"]): Runtime =>
  new Runtime({
    systemDriver,
    runtimeDriverFactory: {
      name: "ill",
      createRuntimeDriver: () => ({ execute, async [Symbol.asyncDispose]() {} }),
    },
  });
const open = (): Runtime => new Runtime({ systemDriver, runtimeDriverFactory: createEvaluatingFactory() });

describe("the status of a runtime", () => {
  test("counts its runs by how they ended", async () => {
    await using runtime = open();
    await runtime.run("module.exports = 1");
    await runtime.exec("");
    await runtime.exec("throw new Error('a')");
    await runtime.exec("return { kind: 'out-of-memory', code: 1, limitMiB: 1 }");
    await expect(runtime.exec("", { cwd: "nowhere" })).rejects.toThrow();
    const { state, activeRuns, endedRuns, failedRuns } = runtime.status();
    expect({ state, activeRuns, failedRuns }).toEqual({ state: "open", activeRuns: 0, failedRuns: 1 });
    expect(endedRuns).toMatchObject({ returned: 2, threw: 1, "out-of-memory": 1, crashed: 0 });
  });

  test("counts what is under way, and knows of the end", async () => {
    const runtime = open();
    const running = runtime.exec("await new Promise(() => {})");
    expect(runtime.status()).toMatchObject({ state: "open", activeRuns: 1 });
    await runtime.dispose();
    await running;
    expect(runtime.status()).toMatchObject({ state: "disposed", activeRuns: 0, endedRuns: { aborted: 1 } });
  });

  test("does not take a driver's word for a kind of outcome", async () => {
    await using runtime = open();
    await runtime.exec("return { kind: '__proto__', code: 0 }");
    await runtime.exec("return { kind: 'toString', code: 0 }");
    expect(Object.keys(runtime.status().endedRuns)).toEqual(Object.keys(open().status().endedRuns));
  });

  test("has what the driver says of itself", async () => {
    const factory = createEvaluatingFactory();
    const figures = {
      running: 1,
      queued: 2,
      longestWaitMs: 3,
      cells: 4,
      cellsReady: 3,
      cellsStarting: 1,
      cellsStarted: 5,
      cellsFailed: 6,
    };
    await using runtime = new Runtime({
      systemDriver,
      runtimeDriverFactory: {
        name: "busy",
        createRuntimeDriver: (context) =>
          Object.assign(factory.createRuntimeDriver(context), { status: () => figures }),
      },
    });
    expect(runtime.status().driver).toEqual(figures);
    await using silent = open();
    expect(silent.status()).not.toHaveProperty("driver");
  });
});

describe("the health check of a runtime", () => {
  test("runs a program that is not counted", async () => {
    await using runtime = open();
    const { elapsedMs, ...found } = await runtime.checkHealth();
    expect(found).toEqual({ healthy: true, state: "healthy" });
    expect(elapsedMs).toBeGreaterThanOrEqual(0);
    expect(runtime.status().endedRuns.returned).toBe(0);
  });

  test("says what is wrong: no answer, a bad end, a driver that throws, a disposed runtime", async () => {
    await using throwing = ofDriver(() => Promise.reject(new TypeError("no room")));
    expect(await throwing.checkHealth()).toMatchObject({
      healthy: false,
      state: "broken",
      problem: 'Cannot run a cell: "ill" failed unexpectedly',
    });
    // Not disposed of, which would wait for it.
    const silent = ofDriver(() => new Promise(() => undefined));
    expect(await silent.checkHealth({ timeoutMs: 20 })).toMatchObject({
      healthy: false,
      state: "broken",
      problem: "no answer within 20 ms",
    });
    const disposed = open();
    await disposed.dispose();
    expect(await disposed.checkHealth()).toMatchObject({ healthy: false, state: "broken" });
  });

  test("tells a runtime that is busy from one that is broken", async () => {
    // A driver without a place for whoever comes while one program goes on.
    const refuse = (reason: "at-capacity" | "no-cell"): Promise<never> =>
      Promise.reject(new VivariumError("ERR_RUN_NOT_STARTED", { reason, problem: `it is ${reason}`, waitedMs: 1 }));
    const programs = new Map<string, () => Promise<ExecutionReport>>([
      ["returns", async () => ({ outcome: { kind: "returned", code: 0 } })],
      ["goes on", () => new Promise(() => undefined)],
      ["gets no cell", () => refuse("no-cell")],
    ]);
    let probe = (): Promise<ExecutionReport> => new Promise(() => undefined);
    const runtime = ofDriver(({ code }) => (programs.get(code) ?? probe)());
    void runtime.exec("goes on");
    const late = "no answer within 20 ms: 1 other run is under way";
    expect(await runtime.checkHealth({ timeoutMs: 20 })).toMatchObject({
      healthy: false,
      state: "busy",
      problem: late,
    });
    probe = () => refuse("at-capacity");
    expect(await runtime.checkHealth()).toMatchObject({ healthy: false, state: "busy" });
    // As many as there is room for may wait for cells that cannot be had.
    await runtime.exec("gets no cell").catch(() => undefined);
    const problem = expect.stringContaining("it is no-cell");
    expect(await runtime.checkHealth()).toMatchObject({ healthy: false, state: "broken", problem });
    probe = () => new Promise(() => undefined);
    expect(await runtime.checkHealth({ timeoutMs: 20 })).toMatchObject({ state: "broken", problem });
    await runtime.exec("returns");
    expect(await runtime.checkHealth({ timeoutMs: 20 })).toMatchObject({ state: "busy", problem: late });
  });

  test("forgets that a run got no cell as soon as another has begun, however long that goes on", async () => {
    const noCell = new VivariumError("ERR_RUN_NOT_STARTED", { reason: "no-cell", problem: "none", waitedMs: 1 });
    const noAnswer = new VivariumError("ERR_RUN_NOT_STARTED", { reason: "no-answer", problem: "none", waitedMs: 1 });
    const runtime = ofDriver(({ code, onBegun }) => {
      if (code === "gets none") return Promise.reject(noCell);
      if (code === "has a dead directory") return Promise.reject(noAnswer);
      if (code === "goes on") onBegun?.();
      return new Promise(() => undefined);
    });
    await runtime.exec("gets none").catch(() => undefined);
    void runtime.exec("goes on");
    expect(await runtime.checkHealth({ timeoutMs: 20 })).toMatchObject({ state: "busy" });
    // Which is no fault of cells.
    await runtime.exec("has a dead directory").catch(() => undefined);
    expect(await runtime.checkHealth({ timeoutMs: 20 })).toMatchObject({ state: "busy" });
  });

  test("tells a runtime whose cells are being started from one that is broken", async () => {
    const figures = {
      running: 1,
      queued: 0,
      longestWaitMs: 0,
      cells: 1,
      cellsReady: 0,
      cellsStarted: 1,
      cellsFailed: 0,
    };
    let cellsStarting = 1;
    let probe = (): Promise<ExecutionReport> => new Promise(() => undefined);
    const factory = createEvaluatingFactory();
    const runtime = new Runtime({
      systemDriver,
      runtimeDriverFactory: {
        name: "slow",
        createRuntimeDriver: (context) =>
          Object.assign(factory.createRuntimeDriver(context), {
            execute: () => probe(),
            status: () => ({ ...figures, cellsStarting }),
          }),
      },
    });
    const problem = "no answer within 20 ms: a cell is being started";
    expect(await runtime.checkHealth({ timeoutMs: 20 })).toMatchObject({ healthy: false, state: "starting", problem });
    cellsStarting = 0;
    expect(await runtime.checkHealth({ timeoutMs: 20 })).toMatchObject({ healthy: false, state: "broken" });
    const refuse = (reason: "starting" | "no-cell"): Promise<never> =>
      Promise.reject(new VivariumError("ERR_RUN_NOT_STARTED", { reason, problem: `it is ${reason}`, waitedMs: 1 }));
    probe = () => refuse("starting");
    expect(await runtime.checkHealth()).toMatchObject({
      healthy: false,
      state: "starting",
      problem: expect.stringContaining("it is starting"),
    });
    // That one may begin does not make good that another got none.
    probe = () => refuse("no-cell");
    await runtime.exec("").catch(() => undefined);
    probe = () => refuse("starting");
    expect(await runtime.checkHealth()).toMatchObject({ healthy: false, state: "broken" });
  });

  test("is not healthy where the answer comes too late, because the host's thread was taken", async () => {
    await using runtime = ofDriver(async () => {
      for (const end = performance.now() + 200; performance.now() < end; );
      return { outcome: { kind: "returned", code: 0 } };
    });
    const problem = "an answer, but not within 20 ms";
    expect(await runtime.checkHealth({ timeoutMs: 20 })).toMatchObject({ healthy: false, state: "busy", problem });
  });

  test.each([
    [{ timeoutMs: 0 }, "ERR_INVALID_OPTION"],
    [{ timeoutMs: Number.POSITIVE_INFINITY }, "ERR_INVALID_OPTION"],
    [{ timeout: 1 }, "ERR_UNKNOWN_OPTION"],
  ])("refuses %j with %s", async (options, code) => {
    await using runtime = open();
    await expect(runtime.checkHealth(options as object)).rejects.toMatchObject({ code });
  });
});
