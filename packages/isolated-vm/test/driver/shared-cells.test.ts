import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type ExecutionReport, NodeRuntime, type SystemDriver } from "@vivarium/core";
import { createInMemoryFileSystem } from "@vivarium/memfs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createNodeRuntimeDriverFactory, type NodeRuntimeDriverOptions } from "../../src/index.ts";
import { childrenOf } from "./children-of.ts";
import { type OpenDriver, openDriver, openDriverOf } from "./open-driver.ts";
import { openShared } from "./open-shared.ts";
import { useFactory } from "./shared-factory.ts";

const shared = { isolation: "shared", maxCells: 1, idleTimeMs: 0 } as const;
const open = (own: NodeRuntimeDriverOptions = {}, system?: Partial<SystemDriver>): OpenDriver =>
  openDriver({ ...shared, ...own }, system);

const kinds = (reports: readonly ExecutionReport[]): string[] => reports.map(({ outcome }) => outcome.kind);

/** Starts a program that says when it is there; settles then, with how it goes on. */
async function startIn(opened: OpenDriver, code: string, limits = {}): Promise<{ ended: Promise<ExecutionReport> }> {
  const there = Promise.withResolvers<void>();
  const ended = opened.exec(`console.log("there"); ${code}`, { onStdio: () => there.resolve() }, limits);
  await Promise.race([there.promise, ended]);
  return { ended };
}

const FOREVER = "setInterval(() => {}, 1000);";

describe("guests that share a cell", () => {
  const openNext = useFactory(shared);

  test("run at the same time in one process, and each gets its own result", async () => {
    await using opened = openNext();
    const outputs = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        opened.output(`setTimeout(() => process.stdout.write(String(${index} * 2)), 100)`),
      ),
    );
    expect(outputs).toEqual(Array.from({ length: 10 }, (_, index) => String(index * 2)));
    expect(opened.driver.status?.()).toMatchObject({ running: 0, cells: 1 });
  });

  test("wait for a place when there is none, in the queue that bounds them", async () => {
    await using opened = open({ guestsPerCell: 2, maxQueuedRuns: 1 });
    const code = "setTimeout(() => {}, 300)";
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => opened.exec(code)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "rejected"]);
  });

  test("see nothing of each other, nor of those before them", async () => {
    await using opened = openNext();
    const { ended } = await startIn(opened, "globalThis.secret = 1; setTimeout(() => {}, 500)");
    expect(await opened.output("process.stdout.write(typeof secret); globalThis.secret = 2")).toBe("undefined");
    await ended;
    expect(await opened.output("process.stdout.write(typeof secret)")).toBe("undefined");
  });

  test("may be of several runtimes of one factory, each with its own files", async () => {
    const factory = createNodeRuntimeDriverFactory(shared);
    const drivers = ["one", "other"].map((name) => {
      const filesystem = createInMemoryFileSystem();
      filesystem.writeFile("/name", name);
      return openDriverOf(factory, { filesystem, permissions: { fs: () => true } });
    });
    const code = "setTimeout(() => process.stdout.write(require('fs').readFileSync('/name')), 100)";
    expect(await Promise.all(drivers.map((driver) => driver.output(code)))).toEqual(["one", "other"]);
    expect(drivers[1]?.driver.status?.()).toMatchObject({ cells: 1 });
    for (const driver of drivers) await driver[Symbol.asyncDispose]();
  });

  test("have the time zones that they ask for, in turns", async () => {
    await using opened = openNext({ permissions: { env: () => true } });
    const code = `let turns = 3; const turn = () => {
      process.stdout.write(new Date(0).getTimezoneOffset() + Intl.DateTimeFormat().resolvedOptions().timeZone + " ");
      if (--turns > 0) setTimeout(turn, 20); }; setTimeout(turn, 20);`;
    const zones = ["Asia/Tokyo", "America/St_Johns", "UTC"];
    const outputs = await Promise.all(zones.map((TZ) => opened.output(code, { env: { TZ } })));
    expect(outputs).toEqual(["-540Asia/Tokyo ", "210America/St_Johns ", "0UTC "].map((turn) => turn.repeat(3)));
  });

  test("are collected when they wait, and so take less of what all have", async () => {
    await using opened = openNext();
    const code = `let garbage = Array.from({ length: 400_000 }, (_, index) => ({ index }));
      const { heapUsed } = process.memoryUsage(); garbage = undefined;
      setTimeout(() => process.stdout.write(String(heapUsed - process.memoryUsage().heapUsed > 8_000_000)), 1500);`;
    expect(await opened.output(code)).toBe("true");
  });
});

describe("what ends one guest of a shared cell", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const openNext = useFactory(shared);

  test("is no matter of the others: a loop, an error, memory, an exit", async () => {
    await using opened = openNext();
    const { ended } = await startIn(opened, "setTimeout(() => process.exit(7), 2500)");
    const reports = await Promise.all([
      opened.exec("for (;;);", {}, { cpuTimeLimitMs: 200 }),
      opened.exec("throw new Error('text')"),
      opened.exec("const all = []; for (;;) all.push(new Array(1000).fill(0));", {}, { memoryLimit: 32 }),
      opened.exec("process.exit(3)"),
    ]);
    expect(kinds(reports)).toEqual(["cpu-time-limit", "threw", "out-of-memory", "exited"]);
    expect((await ended).outcome).toMatchObject({ kind: "exited", code: 7 });
    expect(opened.driver.status?.()).toMatchObject({ cellsFailed: 0 });
  });

  test("is told in time, though another keeps the thread busy", async () => {
    await using opened = openNext();
    const { ended } = await startIn(opened, FOREVER, { wallTimeLimitMs: 300 });
    const busy = opened.exec("for (const end = Date.now() + 1500; Date.now() < end;);");
    expect((await ended).outcome.kind).toBe("wall-time-limit");
    expect((await busy).outcome.kind).toBe("returned");
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
  });

  test("is an abort, also while it waits for the host within a call", async () => {
    const asked = Promise.withResolvers<void>();
    const fs = ({ path }: { path: string }): boolean | Promise<boolean> => {
      if (path !== "/hangs") return true;
      asked.resolve();
      return new Promise(() => undefined);
    };
    await using opened = openNext({ filesystem: createInMemoryFileSystem(), permissions: { fs } });
    const other = await startIn(opened, "setTimeout(() => {}, 1500)");
    const controller = new AbortController();
    const hanging = opened.exec("require('fs').readFileSync('/hangs')", { signal: controller.signal });
    await asked.promise;
    controller.abort("enough");
    expect((await hanging).outcome).toMatchObject({ kind: "aborted", reason: "enough" });
    expect((await other.ended).outcome.kind).toBe("returned");
    expect(opened.driver.status?.()).toMatchObject({ cellsFailed: 0 });
  });

  test("is an abort before it began, at whatever moment of the start of the cell", async () => {
    await using opened = open({ guestsPerCell: 60 });
    const goesOn = opened.exec("1");
    const aborted = Array.from({ length: 50 }, (_, index) =>
      opened.exec(FOREVER, { signal: AbortSignal.timeout(20 * index) }),
    );
    expect((await goesOn).outcome).toEqual({ kind: "returned", code: 0 });
    expect(kinds(await Promise.all(aborted))).toEqual(aborted.map(() => "aborted"));
    expect(opened.driver.status?.()).toMatchObject({ cellsFailed: 0 });
    expect(opened.diagnostics).toEqual([]);
  });

  test("is an abort before it began, which those that hold it up do not pay for, however long they take", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await using shared = openShared({ guestsPerCell: 2 });
    const there = Promise.withResolvers<void>();
    const [busy, waiting] = [new AbortController(), new AbortController()];
    const endless = { cpuTimeLimitMs: Number.POSITIVE_INFINITY, wallTimeLimitMs: Number.POSITIVE_INFINITY };
    const own = { signal: busy.signal, onStdio: () => there.resolve() };
    const computes = shared.patient.exec("console.log('here'); for (;;);", own, endless);
    await there.promise;
    const aborted = shared.patient.exec("1", { signal: waiting.signal });
    await nextTurn();
    waiting.abort("enough");
    expect((await aborted).outcome).toMatchObject({ kind: "aborted", reason: "enough" });
    vi.advanceTimersByTime(100_000);
    expect(shared.patient.driver.status?.()).toMatchObject({ running: 1, cells: 1, cellsFailed: 0 });
    busy.abort("as well");
    vi.advanceTimersByTime(1000);
    expect((await computes).outcome).toMatchObject({ kind: "aborted", reason: "as well" });
  });

  test("is its runtime's disposal, which no other feels", async () => {
    const factory = createNodeRuntimeDriverFactory(shared);
    const [one, other] = [openDriverOf(factory), openDriverOf(factory)];
    const disposed = await startIn(one, FOREVER);
    const goesOn = await startIn(other, "setTimeout(() => {}, 800)");
    await one[Symbol.asyncDispose]();
    expect((await disposed.ended).outcome).toMatchObject({
      kind: "aborted",
      reason: "The runtime has been disposed of",
    });
    expect((await goesOn.ended).outcome.kind).toBe("returned");
    await other[Symbol.asyncDispose]();
    expect(other.driver.status?.()).toMatchObject({ cells: 0 });
  });

  test.runIf(process.platform === "linux")(
    "is the death of the cell, which all feel and none of the next",
    async () => {
      await using opened = open();
      const before = new Set(childrenOf(process.pid));
      const started = await Promise.all([1, 2, 3].map(() => startIn(opened, FOREVER)));
      const own = childrenOf(process.pid).filter((child) => !before.has(child));
      for (const child of own) process.kill(child, "SIGKILL");
      const reports = await Promise.all(started.map(({ ended }) => ended));
      expect(kinds(reports)).toEqual(["crashed", "crashed", "crashed"]);
      expect(reports[0]?.outcome).toMatchObject({ errorMessage: expect.stringContaining("shared with other runs") });
      expect((await opened.exec("1")).outcome.kind).toBe("returned");
    },
  );
});

test("a runtime whose shared cells others keep busy says that of itself, and nobody pays for the question", async () => {
  const factory = createNodeRuntimeDriverFactory({ ...shared, guestsPerCell: 2 });
  const systemDriver = { permissions: {}, processConfig: {}, osConfig: {} };
  await using other = new NodeRuntime({ systemDriver, runtimeDriverFactory: factory });
  await using runtime = new NodeRuntime({ systemDriver, runtimeDriverFactory: factory });
  expect((await runtime.checkHealth()).state).toBe("healthy");
  const there = Promise.withResolvers<void>();
  const busy = other.exec("console.log('here'); for (;;);", { cpuTimeLimitMs: 1500, onStdio: () => there.resolve() });
  await there.promise;
  expect(await runtime.checkHealth({ timeoutMs: 300 })).toMatchObject({ state: "busy" });
  expect((await busy).outcome.kind).toBe("cpu-time-limit");
  expect((await runtime.checkHealth()).state).toBe("healthy");
});

describe("cells that are kept ready", () => {
  test.each(["runtime", "shared"] as const)("are replaced after so many runs (%s)", async (isolation) => {
    await using opened = open({ isolation, runsPerCell: 2, waitingCells: 0 });
    for (let run = 0; run < 6; run += 1) expect((await opened.exec("1")).outcome.kind).toBe("returned");
    expect(opened.driver.status?.().cellsStarted).toBeGreaterThanOrEqual(3);
  });

  test.each(["runtime", "shared"] as const)("end when nobody needs them, and come back (%s)", async (isolation) => {
    await using opened = open({ isolation, cellIdleTimeMs: 300 });
    await opened.exec("1");
    await expect.poll(() => opened.driver.status?.().cells, { timeout: 10_000 }).toBe(0);
    expect(opened.driver.status?.()).toMatchObject({ cellsFailed: 0 });
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
  });

  test.each(["runtime", "shared"] as const)(
    "are there before the first run, if they shall be (%s)",
    async (isolation) => {
      await using cold = open({ isolation });
      await using opened = open({ isolation, warmUp: true });
      await expect.poll(() => opened.driver.status?.().cells, { timeout: 15_000 }).toBeGreaterThan(0);
      expect((await opened.exec("1")).outcome.kind).toBe("returned");
      expect(cold.driver.status?.()).toMatchObject({ cells: 0, cellsStarted: 0 });
    },
  );

  test.each(["run", "runtime", "shared"] as const)(
    "wait for the first run however long it takes, say that they are ready, and end after it (%s)",
    async (isolation) => {
      await using opened = open({ isolation, warmUp: true, cellIdleTimeMs: 1 });
      const figures = () => opened.driver.status?.();
      expect(figures()?.cellsReady).toBe(0);
      await expect.poll(() => figures()?.cellsReady, { timeout: 15_000 }).toBeGreaterThan(0);
      // Finding out what holds them is no run.
      await opened.driver.isolation?.();
      await expect.poll(() => figures()?.cellsReady, { timeout: 15_000 }).toBeGreaterThan(0);
      await sleep(100);
      expect(figures()?.cellsReady).toBeGreaterThan(0);
      expect((await opened.exec("1")).outcome.kind).toBe("returned");
      await expect.poll(() => figures()?.cells, { timeout: 15_000 }).toBe(0);
      expect(figures()).toMatchObject({ cellsReady: 0, cellsFailed: 0 });
    },
  );
});
