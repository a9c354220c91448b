import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Confined } from "../../src/cell/cell-confinement.ts";
import { assertEngine } from "../../src/engine/assert-engine.ts";
import { type CellCommand, permissionCellCommand } from "../../src/process/cell-command.ts";
import { CellLauncher } from "../../src/process/cell-launcher.ts";
import { CellPool } from "../../src/process/cell-pool.ts";
import { ProcessRuntimeDriver } from "../../src/process/process-runtime-driver.ts";
import { SharedZygote } from "../../src/process/shared-zygote.ts";
import { RunSlots } from "../../src/run-slots.ts";
import { hostileCommand } from "../driver/open-commanded-driver.ts";
import { type OpenDriver, openDriverOf } from "../driver/open-driver.ts";

const refused = hostileCommand("is not confined and ends, whatever it is told");
const zygote: CellCommand = {
  execPath: process.execPath,
  args: ["--conditions=@vivarium/source", fileURLToPath(new URL("./hostile-zygote.ts", import.meta.url)), "waits"],
};

/** A driver whose cells the kernel does not confine, which shows with the first. */
function openRefused(waitingRuns: number): OpenDriver {
  const shared = new SharedZygote({ command: zygote, guestsPerCopy: 1, idleTimeMs: 0 });
  const fallback = permissionCellCommand({ installation: assertEngine(), asksKernel: false });
  const launcher = new CellLauncher({ command: refused, fallback, onFallback: () => shared.abandon() });
  const queue = { slots: new RunSlots(waitingRuns), maxQueuedRuns: 10 };
  return openDriverOf({
    name: "refused",
    createRuntimeDriver: ({ limits, onDiagnostic, ...context }) => {
      const cells = new CellPool({
        launch: launcher.launch,
        accepts: launcher.accepts,
        zygote: shared,
        maxCells: waitingRuns,
        waitingCells: 0,
        runsPerCell: 1000,
        cellIdleTimeMs: Number.POSITIVE_INFINITY,
        warmUp: false,
        memoryLimit: limits.memoryLimit,
        onDiagnostic,
      });
      const own = {
        cells,
        queueTimeLimitMs: Number.POSITIVE_INFINITY,
        sharedWith: "runtime",
        mustBeConfined: false,
      } as const;
      return new ProcessRuntimeDriver({ limits, onDiagnostic, ...context }, queue, own);
    },
  });
}

const held = { confined: false, inForce: ["process", "node-permission"] };

describe("where the kernel turns out to confine nothing", () => {
  test("a program runs in a cell that Node's permission model holds, never in the one before", async () => {
    await using opened = openRefused(1);
    for (let run = 0; run < 3; run += 1) expect(await opened.output("console.log('ran')")).toBe("ran\n");
    expect(await opened.driver.isolation?.()).toMatchObject(held);
    expect(opened.driver.status?.()).toMatchObject({ cellsStarted: 2, cellsFailed: 1 });
  });

  test("so do programs that all came first", async () => {
    await using opened = openRefused(3);
    const runs = Array.from({ length: 3 }, () => opened.output("console.log('ran')"));
    expect(await Promise.all(runs)).toEqual(["ran\n", "ran\n", "ran\n"]);
    expect(opened.driver.status?.()).toMatchObject({ cellsFailed: 3 });
  });

  test("who asks before the first run hears of cells as they will be", async () => {
    await using opened = openRefused(1);
    expect(await opened.driver.isolation?.()).toMatchObject(held);
  });
});

describe("a launcher of cells", () => {
  const outcome = (own: Partial<Confined>): Confined => ({
    isConfined: false,
    landlock: 0,
    namespaces: false,
    nodePermission: false,
    problem: "refused",
    ...own,
  });

  function launcherWith(fallback: CellCommand | undefined): { launcher: CellLauncher; fallbacks: () => number } {
    let fallbacks = 0;
    const onFallback = (): void => {
      fallbacks += 1;
    };
    return { launcher: new CellLauncher({ command: refused, fallback, onFallback }), fallbacks: () => fallbacks };
  }

  test("falls back once, for the first cell that is not confined", () => {
    const { launcher, fallbacks } = launcherWith(zygote);
    expect([1, 2].map(() => launcher.accepts(outcome({})))).toEqual([false, false]);
    expect(launcher.accepts(outcome({ nodePermission: true }))).toBe(true);
    expect(fallbacks()).toBe(1);
  });

  test("does not fall back where the kernel has confined a cell before", () => {
    const { launcher, fallbacks } = launcherWith(zygote);
    expect(launcher.accepts(outcome({ isConfined: true, problem: "" }))).toBe(true);
    expect(launcher.accepts(outcome({}))).toBe(false);
    expect(fallbacks()).toBe(0);
  });

  test("takes what comes where there is nothing to fall back on", () => {
    const { launcher, fallbacks } = launcherWith(undefined);
    expect(launcher.accepts(outcome({}))).toBe(true);
    expect(fallbacks()).toBe(0);
  });
});
