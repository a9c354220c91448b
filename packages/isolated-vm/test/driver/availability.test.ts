import { setImmediate as nextTurn } from "node:timers/promises";
import { NodeRuntime } from "@vivarium/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GuestStock } from "../../src/cell/guest-stock.ts";
import { assertEngine } from "../../src/engine/assert-engine.ts";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";
import { cellCommand } from "../../src/process/cell-command.ts";
import { ABORT_GRACE_MS, BOOT_GRACE_MS } from "../../src/process/run-deadlines.ts";
import { hostileCommand, openCommandedDriver } from "./open-commanded-driver.ts";
import { type OpenDriver, openDriver, standardLimits } from "./open-driver.ts";
import { openShared } from "./open-shared.ts";

describe.each(["process", "worker", "inline"] as const)("a driver with %s cells", (cells) => {
  test("refuses a run beyond its queue, and goes on with the others", async () => {
    await using opened = openDriver({ cells, maxCells: 1, maxQueuedRuns: 1 });
    const code = "setTimeout(() => {}, 300)";
    const results = await Promise.allSettled([opened.exec(code), opened.exec(code), opened.exec(code)]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(results[2]).toMatchObject({
      reason: { code: "ERR_RUN_NOT_STARTED", blame: "system", detail: { reason: "at-capacity" } },
    });
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
  });

  test("refuses a run that waits too long for the check of its environment", async () => {
    const env = (): Promise<boolean> => new Promise(() => undefined);
    await using opened = openDriver({ cells, queueTimeLimitMs: 50 }, { permissions: { env } });
    await expect(opened.exec("1", { env: { NAME: "value" } })).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      message: expect.stringContaining("has not answered within 50 ms (queueTimeLimitMs)"),
      detail: { reason: "no-answer" },
    });
    expect(opened.driver.status?.()).toMatchObject({ running: 0, cellsStarted: 0 });
  });

  test("refuses a run whose filesystem takes too long to find its directory, and ends it when it is aborted", async () => {
    await using opened = openDriver({ cells, queueTimeLimitMs: 50 });
    const directory = new Promise<void>(() => undefined);
    await expect(opened.exec("1", { directory })).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      message: expect.stringContaining("has not found its working directory within 50 ms (queueTimeLimitMs)"),
      detail: { reason: "no-answer" },
    });
    const report = await opened.exec("1", { directory, signal: AbortSignal.timeout(10) });
    expect(report.outcome.kind).toBe("aborted");
    const missing = new Error("missing");
    const failed = Promise.reject(missing);
    failed.catch(() => undefined);
    await expect(opened.exec("1", { directory: failed })).rejects.toBe(missing);
    expect(opened.driver.status?.()).toMatchObject({ running: 0, cellsStarted: 0 });
  });

  test("tells how busy it is", async () => {
    await using opened = openDriver({ cells, maxCells: 1, waitingCells: 0 });
    expect(opened.driver.status?.()).toEqual({
      running: 0,
      queued: 0,
      longestWaitMs: 0,
      guests: 0,
      cells: 0,
      cellsReady: 0,
      cellsStarting: 0,
      cellsStarted: 0,
      cellsFailed: 0,
    });
    const started = Promise.withResolvers<void>();
    const code = "console.log('here'); setTimeout(() => {}, 300)";
    const running = opened.exec(code, { onStdio: () => started.resolve() });
    await started.promise;
    const waiting = opened.exec("1");
    await expect.poll(() => opened.driver.status?.()).toMatchObject({ running: 1, queued: 1, cells: 1 });
    await Promise.all([running, waiting]);
    expect(opened.driver.status?.()).toMatchObject({ running: 0, queued: 0, longestWaitMs: 0, cellsFailed: 0 });
  });
});

test("a driver with inline cells has a guest ready for the next run", async () => {
  await using opened = openDriver({ cells: "inline" });
  await opened.exec("1");
  await expect.poll(() => opened.driver.status?.().cellsReady).toBe(1);
});

/** How long a run may wait, by a clock that the test moves: nothing takes its own time there. */
const SHORT_MS = 40;

describe("by a clock that stands", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test("a driver with inline cells counts the boot of a guest as waiting, and keeps one that took too long", async () => {
    await using opened = openDriver({ cells: "inline", queueTimeLimitMs: SHORT_MS });
    const boot = GuestStock.prototype.take;
    vi.spyOn(GuestStock.prototype, "take").mockImplementationOnce(function (this: GuestStock, ...args) {
      const guest = boot.apply(this, args);
      vi.advanceTimersByTime(SHORT_MS);
      return guest;
    });
    await expect(opened.exec("1")).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      message: expect.stringContaining(`its guest has not booted within ${SHORT_MS} ms (queueTimeLimitMs)`),
      detail: { reason: "starting" },
    });
    expect(opened.driver.status?.()).toMatchObject({ running: 0, cellsReady: 1, cellsStarted: 0 });
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
  });

  /** None is replaced by a copy meanwhile. */
  const hurried: Readonly<Record<string, () => OpenDriver>> = {
    process: () => openCommandedDriver(cellCommand({ installation: assertEngine() }), false, SHORT_MS),
    worker: () => openDriver({ cells: "worker", queueTimeLimitMs: SHORT_MS }),
  };

  describe.each(Object.keys(hurried))("a %s cell that takes longer to start than a run waits", (kind) => {
    const open = hurried[kind] as () => OpenDriver;
    /** No cell is so fast: it is seen as soon as it is being started. */
    const started = async ({ driver }: OpenDriver): Promise<void> => {
      while (driver.status?.().cellsStarting !== 1) await nextTurn();
    };

    test("is there for a later run", async () => {
      await using opened = open();
      const first = { code: "ERR_RUN_NOT_STARTED", detail: { reason: "starting" } };
      const refused = expect(opened.exec("1")).rejects.toMatchObject(first);
      await started(opened);
      vi.advanceTimersByTime(SHORT_MS);
      await refused;
      expect(opened.driver.status?.()).toMatchObject({ cells: 1, cellsStarting: 1 });
      expect((await opened.exec("1")).outcome.kind).toBe("returned");
      expect(opened.driver.status?.()).toMatchObject({ cellsStarting: 0, cellsStarted: 1, cellsFailed: 0 });
      expect(opened.diagnostics).toEqual([]);
    });

    test("makes a runtime no broken one, however often it is looked at", async () => {
      await using opened = open();
      await using runtime = new NodeRuntime({
        systemDriver: { permissions: {}, processConfig: {}, osConfig: {} },
        runtimeDriverFactory: { name: kind, createRuntimeDriver: () => opened.driver },
      });
      const probe = runtime.checkHealth({ timeoutMs: SHORT_MS / 4 });
      await started(opened);
      vi.advanceTimersByTime(SHORT_MS / 4);
      expect(await probe).toMatchObject({
        state: "starting",
        // Whichever of the two is noticed first.
        problem: expect.stringMatching(/no cell has started within \d+ ms|a cell is being started/),
      });
      const states = new Set<string>();
      for (let time = 0; time < 10; time += 1) {
        const next = runtime.checkHealth({ timeoutMs: SHORT_MS / 4 });
        await nextTurn();
        vi.advanceTimersByTime(SHORT_MS / 4);
        states.add((await next).state);
      }
      expect(states).not.toContain("broken");
      for (let time = 0; time < 5; time += 1) expect(await runtime.checkHealth()).toMatchObject({ state: "healthy" });
    });
  });
});

describe.each(["process", "worker", "inline"] as const)(
  "a host that holds up its own event loop (%s cells)",
  (cells) => {
    const holdUp = (ms: number): void => {
      for (const end = performance.now() + ms; performance.now() < end; );
    };

    test("hears that of a run which could not begin, and of a probe, and takes nothing for broken", async () => {
      await using runtime = new NodeRuntime({
        systemDriver: { permissions: {}, processConfig: {}, osConfig: {} },
        runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells, idleTimeMs: 0 }),
      });
      await runtime.exec("1");
      const probe = runtime.checkHealth({ timeoutMs: 100 });
      holdUp(600);
      expect(await probe).toMatchObject({ healthy: false, state: "busy" });
      expect((await runtime.exec("1")).outcome.kind).toBe("returned");
    });
  },
);

describe("a run that waits too long to begin", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const refused = (reason: string, problem: string): object => ({
    code: "ERR_RUN_NOT_STARTED",
    message: expect.stringContaining(problem),
    detail: { reason, waitedMs: expect.any(Number) },
  });

  test("is refused while it waits for its turn", async () => {
    await using opened = openDriver({ cells: "inline", maxCells: 1, queueTimeLimitMs: 300 });
    // One of which the boot was waited for may have taken too long: then it is ready.
    await opened.exec("1").catch(() => undefined);
    await expect.poll(() => opened.driver.status?.().cellsReady).toBe(1);
    const first = opened.exec("setTimeout(() => {}, 900)");
    await expect(opened.exec("1")).rejects.toMatchObject(refused("at-capacity", "its turn has not come within 300 ms"));
    expect((await first).outcome.kind).toBe("returned");
  });

  test.each([
    ["no cell has started", "says nothing", 300],
    ["its cell has not made a guest ready", "is there, and does nothing", 4000],
  ])("is refused while %s", async (problem, behaviour, limit) => {
    await using opened = openCommandedDriver(hostileCommand(behaviour), false, limit);
    await expect(opened.exec("1")).rejects.toMatchObject(refused("starting", `${problem} within ${limit} ms`));
    expect(opened.driver.status?.()).toMatchObject({ running: 0, cellsFailed: 0 });
    expect(opened.diagnostics).toEqual([]);
  });

  test("is refused where others have all places of the cells that it shares, or compute there", async () => {
    await using shared = openShared({ guestsPerCell: 2 });
    const there = Promise.withResolvers<void>();
    const controller = new AbortController();
    const own = { signal: controller.signal, onStdio: () => there.resolve() };
    const computes = shared.patient.exec("console.log('here'); for (;;);", own);
    await there.promise;
    await expect(shared.hurried.exec("1")).rejects.toMatchObject(refused("at-capacity", "have not let it begin"));
    // That one still has its place, until the cell has let go of it.
    await expect(shared.hurried.exec("1")).rejects.toMatchObject(refused("at-capacity", "no place has come free"));
    controller.abort();
    expect((await computes).outcome.kind).toBe("aborted");
  });

  test("is refused by a limit of our own where its runtime sets none", async () => {
    // The host's watch over cells alone: what comes from them comes when it comes.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await using shared = openShared({ guestsPerCell: 2 });
    const there = Promise.withResolvers<void>();
    const controller = new AbortController();
    const own = { signal: controller.signal, onStdio: () => there.resolve() };
    const computes = shared.patient.exec("console.log('here'); for (;;);", own);
    await there.promise;
    const refusal = expect(shared.patient.exec("1")).rejects.toMatchObject({
      ...refused("at-capacity", `have not let it begin within ${BOOT_GRACE_MS} ms`),
      cause: { code: "ERR_CELL_FAILED" },
    });
    // Its cell is sent the program in the next turn.
    await nextTurn();
    vi.advanceTimersByTime(BOOT_GRACE_MS);
    await refusal;
    controller.abort();
    vi.advanceTimersByTime(ABORT_GRACE_MS);
    expect((await computes).outcome.kind).toBe("aborted");
  });
});

describe("a run that cannot start", () => {
  test("says that no cell could be started, and why", async () => {
    await using opened = openCommandedDriver({ execPath: "/nowhere/node", args: [] });
    await expect(opened.exec("1")).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      detail: { reason: "no-cell" },
      cause: { code: "ERR_CELL_FAILED" },
    });
    // However often it was tried, and whoever else hears it.
    await expect(opened.exec("1")).rejects.toThrow("could not be started (ENOENT)");
    expect(opened.diagnostics).toMatchObject([{ code: "ERR_CELL_FAILED" }]);
  });

  test("says that its cells crashed before it began", async () => {
    await using opened = openCommandedDriver(hostileCommand("ends when it is given a program"));
    await expect(opened.exec("1")).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      detail: { reason: "cell-crashed" },
    });
    expect(opened.driver.status?.()).toMatchObject({ cells: 0, cellsStarted: 3, cellsFailed: 3 });
  });

  test("ends aborted at once, though its cell takes its time to start", async () => {
    await using opened = openCommandedDriver(hostileCommand("says nothing"));
    const began = performance.now();
    const report = await opened.exec("1", { signal: AbortSignal.timeout(300) });
    expect(report.outcome.kind).toBe("aborted");
    // It has twenty seconds to start.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(opened.driver.status?.()).toMatchObject({ running: 0, cells: 1 });
  });

  test("is told so when the driver is disposed of while it waits", async () => {
    const opened = openDriver({ cells: "process", maxCells: 1 });
    const begun = Promise.withResolvers<void>();
    const onStdio = (): void => begun.resolve();
    const running = opened.exec("console.log('here'); setTimeout(() => {}, 5000)", { onStdio });
    const waiting = Promise.allSettled([opened.exec("1")]);
    await begun.promise;
    await opened[Symbol.asyncDispose]();
    expect((await running).outcome.kind).toBe("aborted");
    const detail = { reason: "shutting-down", waitedMs: expect.any(Number) };
    expect(await waiting).toMatchObject([{ status: "rejected", reason: { code: "ERR_RUN_NOT_STARTED", detail } }]);
    await expect(opened.exec("1", {}, standardLimits)).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });
});
