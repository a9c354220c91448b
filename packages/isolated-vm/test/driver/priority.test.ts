import { readdirSync } from "node:fs";
import { getPriority } from "node:os";
import { NodeRuntime } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { createNodeRuntimeDriverFactory, type NodeRuntimeDriverOptions } from "../../src/index.ts";
import { descendants } from "../process/descendants.ts";

const open = (options: NodeRuntimeDriverOptions): NodeRuntime =>
  new NodeRuntime({
    systemDriver: { permissions: {}, processConfig: {}, osConfig: {} },
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ idleTimeMs: 0, maxCells: 1, waitingCells: 0, ...options }),
    onDiagnostic: () => undefined,
  });

const PROGRAM = "export const one = () => 1;";

/** The nice values of all threads of the processes that have been started since. */
function nicenessSince(before: ReadonlySet<number>): readonly number[] {
  return descendants(process.pid)
    .filter((pid) => !before.has(pid))
    .flatMap((pid) => nicenessOf(pid));
}

/** Nothing of one that has ended meanwhile. */
function nicenessOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => getPriority(Number(thread)));
  } catch {
    return [];
  }
}

describe.runIf(process.platform === "linux")("cells with a nice value", () => {
  test("have it in all their threads, those that are copied and what they are copied from", async () => {
    const before = new Set(descendants(process.pid));
    await using runtime = open({ niceness: 7 });
    await using first = await runtime.load(PROGRAM, "/first.mjs");
    await using second = await runtime.load(PROGRAM, "/second.mjs");
    expect([await first.call("one"), await second.call("one")]).toEqual([1, 1]);
    const found = nicenessSince(before);
    expect(found.length).toBeGreaterThan(2);
    expect(new Set(found)).toEqual(new Set([getPriority() + 7]));
  });

  test("serve further runs", async () => {
    const before = new Set(descendants(process.pid));
    await using runtime = open({ niceness: 3, isolation: "runtime" });
    await runtime.run("module.exports = 1");
    const cells = descendants(process.pid).filter((pid) => !before.has(pid));
    await runtime.run("module.exports = 2");
    expect(descendants(process.pid).filter((pid) => cells.includes(pid))).toEqual(cells);
  });
});

describe.runIf(process.platform === "linux")("a guest whose priority is lowered", () => {
  test("lets others go before it, alone, and no higher again", async () => {
    await using runtime = open({});
    await using other = await runtime.load(PROGRAM, "/other.mjs");
    const before = new Set(descendants(process.pid));
    await using guest = await runtime.load(PROGRAM, "/guest.mjs");
    const own = getPriority();
    guest.lowerPriority(12);
    guest.lowerPriority(4);
    expect(await guest.call("one")).toBe(1);
    expect(nicenessSince(before)).toContain(own + 12);
    expect(nicenessSince(before)).not.toContain(own + 4);
    expect(await other.call("one")).toBe(1);
    const others = descendants(process.pid).filter((pid) => before.has(pid));
    expect(new Set(others.map((pid) => getPriority(pid)))).toEqual(new Set([own]));
    guest.lowerPriority();
    expect(nicenessSince(before)).toContain(19);
  });

  test("leaves its cell to no other", async () => {
    const before = new Set(descendants(process.pid));
    await using runtime = open({ isolation: "runtime" });
    const guest = await runtime.load("export const leave = () => process.exit(0);", "/guest.mjs");
    guest.lowerPriority();
    await guest.call("leave").catch(() => undefined);
    await guest.exited;
    await using next = await runtime.load(PROGRAM, "/next.mjs");
    expect(await next.call("one")).toBe(1);
    await expect.poll(() => nicenessSince(before), { timeout: 10_000 }).not.toContain(19);
  });

  test("stays so with another program", async () => {
    const before = new Set(descendants(process.pid));
    await using runtime = open({});
    await using guest = await runtime.load(PROGRAM, "/guest.mjs");
    guest.lowerPriority(9);
    await guest.reload("export const one = () => 2;");
    expect(await guest.call("one")).toBe(2);
    await expect.poll(() => nicenessSince(before).filter((niceness) => niceness === 9).length).toBeGreaterThan(0);
  });

  test("does nothing to one that has ended", async () => {
    await using runtime = open({});
    const guest = await runtime.load(PROGRAM, "/guest.mjs");
    await guest.dispose();
    expect(() => guest.lowerPriority()).not.toThrow();
  });

  test("lowers that of a worker cell's thread alone", async () => {
    const threads = (): readonly number[] =>
      readdirSync("/proc/self/task").map((thread) => getPriority(Number(thread)));
    const before = threads();
    await using runtime = open({ cells: "worker", waitingCells: 0 });
    await using guest = await runtime.load(PROGRAM, "/guest.mjs");
    guest.lowerPriority(11);
    expect(await guest.call("one")).toBe(1);
    expect(before).not.toContain(11);
    expect(threads()).toContain(11);
    expect(getPriority()).toBe(before[0]);
  });
});

describe("what has no priority", () => {
  test.each([{ cells: "inline" }, { isolation: "shared", waitingCells: 0 }] as const)(
    "is refused by name: %j",
    async (options) => {
      await using runtime = open(options);
      await using guest = await runtime.load(PROGRAM, "/guest.mjs");
      expect(() => guest.lowerPriority()).toThrow(
        expect.objectContaining({ code: "ERR_UNSUPPORTED_CAPABILITY" }) as Error,
      );
      expect(await guest.call("one")).toBe(1);
    },
  );

  test.each([-1, 20, 1.5, Number.NaN, "3"])("is no nice value: %j", async (niceness) => {
    await using runtime = open({ cells: "inline" });
    await using guest = await runtime.load(PROGRAM, "/guest.mjs");
    expect(() => guest.lowerPriority(niceness as number)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }) as Error,
    );
    expect(() => open({ niceness: niceness as number })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }) as Error,
    );
  });

  test("is refused as an option of other cells", () => {
    expect(() => open({ cells: "worker", niceness: 5 })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }) as Error,
    );
  });
});

describe.runIf(process.platform === "linux")("the CPU time of a guest's cell", () => {
  const busy = "export const one = () => 1; export const spin = () => { for (;;); };";

  test("is told while the guest computes", async () => {
    await using runtime = open({});
    await using guest = await runtime.load(busy, "/guest.mjs");
    const before = guest.status().cpuTimeMs ?? Number.NaN;
    const call = guest.call("spin", [], { cpuTimeLimitMs: 2000 }).catch(() => undefined);
    await expect.poll(() => (guest.status().cpuTimeMs ?? 0) - before, { timeout: 20_000 }).toBeGreaterThan(100);
    expect(guest.status().activeCalls).toBe(1);
    await guest.dispose();
    await call;
    expect(guest.status().cpuTimeMs).toBeUndefined();
  });

  test("is nobody's where others share the cell", async () => {
    await using runtime = open({ isolation: "shared", waitingCells: 0 });
    await using guest = await runtime.load(busy, "/guest.mjs");
    expect(guest.status().cpuTimeMs).toBeUndefined();
  });
});
