import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Confined } from "../../src/cell/cell-confinement.ts";
import { guestKind } from "../../src/channel/guest-kind.ts";
import { assertEngine } from "../../src/engine/assert-engine.ts";
import { LifeSlots } from "../../src/life-slots.ts";
import { type CellCommand, cellCommand, permissionCellCommand, zygoteCommand } from "../../src/process/cell-command.ts";
import { CellLauncher } from "../../src/process/cell-launcher.ts";
import { CellPool } from "../../src/process/cell-pool.ts";
import { ProcessRuntimeDriver } from "../../src/process/process-runtime-driver.ts";
import { SharedZygote } from "../../src/process/shared-zygote.ts";
import { RunSlots } from "../../src/run-slots.ts";
import { hostileCommand } from "../driver/open-commanded-driver.ts";
import { type OpenDriver, openDriverOf } from "../driver/open-driver.ts";

const refused = hostileCommand("is not confined and ends, whatever it is told");
const waitingZygote: CellCommand = {
  execPath: process.execPath,
  args: ["--conditions=@vivarium/source", fileURLToPath(new URL("./hostile-zygote.ts", import.meta.url)), "waits"],
};

interface Commands {
  readonly command: CellCommand;
  readonly zygote: CellCommand | undefined;
  /** @default 1 */
  readonly runsAtATime?: number;
  /** @default false */
  readonly warmUp?: boolean;
}

/** A driver that may fall back on Node's permission model. */
function openFalling({ command, zygote, runsAtATime = 1, warmUp = false }: Commands): OpenDriver {
  const shared = new SharedZygote({ command: zygote, guestsPerCopy: 1, idleTimeMs: 0 });
  const fallback = permissionCellCommand({ installation: assertEngine(), asksKernel: false });
  const { launch, accepts } = new CellLauncher({ command, fallback, onFallback: () => shared.abandon() });
  const queue = { slots: new RunSlots(runsAtATime), maxQueuedRuns: 10 };
  return openDriverOf({
    name: "falling",
    createRuntimeDriver: ({ limits, onDiagnostic, ...context }) => {
      const cells = new CellPool({
        launch,
        accepts,
        zygote: shared,
        maxCells: runsAtATime,
        waitingCells: 0,
        runsPerCell: 1000,
        cellIdleTimeMs: Number.POSITIVE_INFINITY,
        warmUp,
        guestKind: guestKind("node", limits.memoryLimit),
        onDiagnostic,
      });
      const own = {
        cells,
        guests: new LifeSlots(10),
        queueTimeLimitMs: Number.POSITIVE_INFINITY,
        sharedWith: "runtime",
        mustBeConfined: false,
      } as const;
      return new ProcessRuntimeDriver({ limits, onDiagnostic, ...context }, queue, own);
    },
  });
}

/** One whose cells the kernel does not confine, which shows with the first. */
const openRefused = (runsAtATime: number): OpenDriver =>
  openFalling({ command: refused, zygote: waitingZygote, runsAtATime });

const held = { confined: false, inForce: ["process", "node-permission"] };

describe("where the kernel turns out to confine nothing", () => {
  test("a program runs in a cell that Node's permission model holds, never in the one before", async () => {
    await using opened = openRefused(1);
    for (let run = 0; run < 3; run += 1) expect(await opened.output("console.log('ran')")).toBe("ran\n");
    expect(await opened.driver.isolation?.()).toMatchObject(held);
    expect(opened.driver.status?.()).toMatchObject({ cellsStarted: 3, cellsFailed: 2 });
    // Told once, and in words of the kernel's.
    expect(opened.diagnostics).toMatchObject([
      { code: "ERR_CELL_UNCONFINED", message: expect.stringContaining("seccomp failed") },
    ]);
  });

  test("so do programs that all came first", async () => {
    await using opened = openRefused(3);
    const runs = Array.from({ length: 3 }, () => opened.output("console.log('ran')"));
    expect(await Promise.all(runs)).toEqual(["ran\n", "ran\n", "ran\n"]);
    expect(opened.driver.status?.().cellsFailed).toBeGreaterThanOrEqual(3);
  });

  test("who asks before the first run hears of cells as they will be", async () => {
    await using opened = openRefused(1);
    expect(await opened.driver.isolation?.()).toMatchObject(held);
  });
});

describe.runIf(process.platform === "linux")("what cells are copied from, and could not prepare them", () => {
  const strict = { installation: assertEngine(), mustBeConfined: true };
  const usual = cellCommand(strict);
  const zygote = zygoteCommand(strict);
  const unlucky = ["--import", new URL("./unlucky-start.ts", import.meta.url).href];

  test("is given up; programs go on in cells that the kernel confines", async () => {
    const args = [...unlucky, ...(zygote?.args ?? [])];
    await using opened = openFalling({ command: usual, zygote: { ...usual, args }, warmUp: true });
    const told = (): boolean => opened.diagnostics.length > 0;
    for (const end = Date.now() + 15_000; !told() && Date.now() < end; )
      expect(await opened.output("console.log('ran')")).toBe("ran\n");
    expect(opened.diagnostics).toMatchObject([
      { code: "ERR_CELL_UNCONFINED", message: expect.stringContaining("close_range failed") },
    ]);
    expect(await opened.driver.isolation?.()).toMatchObject({ confined: true });
  });

  test("is kept where one copy alone had bad luck", async () => {
    const { promise: there, resolve: onPrepared, reject } = Promise.withResolvers<void>();
    const shared = new SharedZygote({ command: waitingZygote, guestsPerCopy: 1, idleTimeMs: 0 });
    const user = { onPrepared, onLost: reject };
    shared.join(user);
    shared.warm("node 64");
    await there;
    const made = shared.with("node 64");
    made?.confinedCopy();
    if (made !== undefined) shared.distrust(made);
    expect(shared.with("node 64")).toBe(made);
    await shared.leave(user);
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

  test("falls back once, for the second cell that is not confined: the first may have been out of luck", () => {
    const { launcher, fallbacks } = launcherWith(waitingZygote);
    expect(launcher.accepts(outcome({}))).toBe(false);
    expect(fallbacks()).toBe(0);
    expect([2, 3].map(() => launcher.accepts(outcome({})))).toEqual([false, false]);
    expect(launcher.accepts(outcome({ nodePermission: true }))).toBe(true);
    expect(fallbacks()).toBe(1);
  });

  test("does not fall back where the kernel has confined a cell before", () => {
    const { launcher, fallbacks } = launcherWith(waitingZygote);
    expect(launcher.accepts(outcome({ isConfined: true, problem: "" }))).toBe(true);
    expect([1, 2, 3].map(() => launcher.accepts(outcome({})))).toEqual([false, false, false]);
    expect(fallbacks()).toBe(0);
  });

  test("takes what comes where there is nothing to fall back on", () => {
    const { launcher, fallbacks } = launcherWith(undefined);
    expect(launcher.accepts(outcome({}))).toBe(true);
    expect(fallbacks()).toBe(0);
  });
});
