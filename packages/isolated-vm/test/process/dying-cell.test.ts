import { afterEach, describe, expect, test, vi } from "vitest";
import { BOOT_GRACE_MS } from "../../src/process/run-deadlines.ts";
import { SpawnedProcess } from "../../src/process/spawned-process.ts";
import { programWith, service, useHostileCells } from "./use-hostile-cells.ts";

const { makeCell, diagnostics, onDiagnostic, run } = useHostileCells();

describe("a cell that cannot start", () => {
  test.each([
    ["speaks nonsense", "it broke the rules of its channel"],
    ["speaks another version", "it broke the rules of its channel"],
    ["exits before it is ready", "it ended with exit code 7"],
  ])("%s: whoever waits for it hears ERR_CELL_FAILED", async (behaviour, problem) => {
    await expect(makeCell(behaviour).ready).rejects.toMatchObject({
      code: "ERR_CELL_FAILED",
      message: `Cannot run a cell: ${problem}`,
    });
  });

  test("has no executable: whoever waits for it hears ERR_CELL_FAILED", async () => {
    const cell = makeCell("", {
      launch: (_command, events) => new SpawnedProcess({ execPath: "/nowhere/node", args: [] }, events),
    });
    await expect(cell.ready).rejects.toMatchObject({ code: "ERR_CELL_FAILED" });
  });
});

describe("a cell that is there, and makes no guest ready", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("ends when it has had its time for that, and whoever waits for the guest hears ERR_CELL_FAILED", async () => {
    // The host's watch alone: the cell comes when it comes.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const cell = makeCell("is there, and does nothing");
    await cell.ready;
    vi.advanceTimersByTime(BOOT_GRACE_MS - 1);
    expect(cell.dead).toBe(false);
    vi.advanceTimersByTime(1);
    await expect(cell.booted).rejects.toMatchObject({
      code: "ERR_CELL_FAILED",
      message: "Cannot run a cell: it did not make a guest ready in time",
    });
    expect(cell).toMatchObject({ dead: true, hasBooted: false, hasFailed: true });
    expect(diagnostics).toMatchObject([{ code: "ERR_CELL_FAILED" }]);
  });

  test("is left to a run that it has been given, which has its own time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const cell = makeCell("is there, and does nothing");
    await cell.ready;
    vi.advanceTimersByTime(BOOT_GRACE_MS / 2);
    const running = cell.run({ onDiagnostic, program: programWith({}), service, signal: undefined });
    const refused = expect(running).rejects.toMatchObject({ code: "ERR_CELL_FAILED" });
    vi.advanceTimersByTime(BOOT_GRACE_MS / 2);
    expect(cell.dead).toBe(false);
    vi.advanceTimersByTime(BOOT_GRACE_MS / 2);
    await refused;
  });
});

describe("a cell that starts", () => {
  test("tells when its guest is entered, from when the time of a run counts: not before it is", async () => {
    const told: string[] = [];
    const runIn = async (behaviour: string): Promise<void> => {
      const cell = makeCell(behaviour);
      await cell.ready;
      await cell.run({
        onDiagnostic,
        program: programWith({}),
        service,
        signal: undefined,
        onStarted: () => told.push(behaviour),
      });
    };
    await runIn("dies before it has started");
    await runIn("finishes twice");
    expect(told).toEqual(["finishes twice"]);
  });
});

describe("a cell that dies", () => {
  test("in the middle of a frame: the run is a crash with the exit code", async () => {
    const report = await run("dies in the middle of a frame");
    expect(report?.outcome).toMatchObject({
      kind: "crashed",
      errorMessage: "The cell failed: it ended with exit code 3",
    });
  });

  test("of a signal: the run is a crash that names it", async () => {
    const report = await run("is killed by somebody");
    expect(report?.outcome).toMatchObject({
      kind: "crashed",
      errorMessage: "The cell failed: it ended with signal SIGSEGV",
    });
  });

  test("because V8 has no memory left: the run is out of memory", async () => {
    const report = await run("runs out of memory in V8");
    expect(report).toEqual({ outcome: { kind: "out-of-memory", code: 1, limitMiB: 64 } });
  });

  test("before its guest was entered: the run can be had elsewhere", async () => {
    expect(await run("dies before it has started")).toBeUndefined();
  });

  test("by dispose: its run ends aborted, and dispose can be called again", async () => {
    const cell = makeCell("sleeps beyond its limits");
    await cell.ready;
    const { promise: started, resolve: onStarted } = Promise.withResolvers<void>();
    const running = cell.run({ onDiagnostic, program: programWith({}), service, signal: undefined, onStarted });
    await started;
    await cell.dispose();
    await cell.dispose();
    expect(await running).toMatchObject({ outcome: { kind: "aborted", code: 130 } });
  });
});
