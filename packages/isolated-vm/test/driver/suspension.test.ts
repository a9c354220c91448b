import { setTimeout as sleep } from "node:timers/promises";
import { type Guest, NodeRuntime } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { createNodeRuntimeDriverFactory, type NodeRuntimeDriverOptions } from "../../src/index.ts";

const open = (options: NodeRuntimeDriverOptions): NodeRuntime =>
  new NodeRuntime({
    systemDriver: { permissions: {}, processConfig: {}, osConfig: {} },
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ idleTimeMs: 0, maxCells: 1, waitingCells: 0, ...options }),
    onDiagnostic: () => undefined,
  });

const PROGRAM = `
  export const one = () => 1;
  export const spin = (ms) => { for (const end = performance.now() + ms; performance.now() < end;); return "through"; };`;
const SOON = { timeout: 20_000 };
/** A guest that computes would be seen to in this time, on a machine that has much to do. */
const A_WHILE_MS = 300;

const cpuOf = (guest: Guest): number => guest.status().cpuTimeMs ?? Number.NaN;

/** What it has computed within a while. */
async function computes(guest: Guest): Promise<number> {
  const before = cpuOf(guest);
  await sleep(A_WHILE_MS);
  return cpuOf(guest) - before;
}

describe.runIf(process.platform === "linux").each([
  ["its runtime's first cell, which is started for it", 0],
  ["a later one, which is a copy", 1],
] as const)("a guest that is suspended, in %s", (_, others) => {
  /** A guest that has the cell which is meant, and its runtime with others. */
  async function load(): Promise<{ runtime: NodeRuntime; guest: Guest }> {
    const runtime = open({});
    for (let other = 0; other < others; other += 1) await runtime.load(PROGRAM, `/${other}.mjs`);
    return { runtime, guest: await runtime.load(PROGRAM, "/guest.mjs") };
  }

  test("stops in the midst of what it computes, and goes on from there", async () => {
    const { runtime, guest } = await load();
    await using _runtime = runtime;
    const before = cpuOf(guest);
    const call = guest.call("spin", [2000], { cpuTimeLimitMs: 10_000 });
    await expect.poll(() => cpuOf(guest) - before, SOON).toBeGreaterThan(30);
    guest.suspend();
    guest.suspend();
    await sleep(20);
    expect(await computes(guest)).toBeLessThan(1);
    expect(guest.status()).toMatchObject({ state: "running", activeCalls: 1 });
    guest.resume();
    expect(await call).toBe("through");
    guest.resume();
    expect(await guest.call("one")).toBe(1);
  });

  test("is told when it is resumed", async () => {
    const { runtime, guest } = await load();
    await using _runtime = runtime;
    guest.suspend();
    await expect(guest.call("one", [], { timeoutMs: 200 })).rejects.toMatchObject({ detail: { reason: "timeout" } });
    const call = guest.call("one");
    guest.resume();
    expect(await call).toBe(1);
  });

  test("can be ended", async () => {
    const { runtime, guest } = await load();
    await using _runtime = runtime;
    const call = guest.call("spin", [60_000], { cpuTimeLimitMs: 60_000 }).catch((error: unknown) => error);
    guest.suspend();
    await guest.dispose();
    expect(await call).toMatchObject({ detail: { reason: "ended" } });
    expect(() => guest.suspend()).not.toThrow();
    expect(() => guest.resume()).not.toThrow();
    await using next = await runtime.load(PROGRAM, "/next.mjs");
    expect(await next.call("one")).toBe(1);
  });
});

describe.runIf(process.platform === "linux")("a guest that is suspended", () => {
  test("stays so with another program", async () => {
    await using runtime = open({ maxCells: 2 });
    await using guest = await runtime.load(PROGRAM, "/guest.mjs");
    guest.suspend();
    await guest.reload("export const one = () => 2;");
    await expect(guest.call("one", [], { timeoutMs: 200 })).rejects.toMatchObject({ detail: { reason: "timeout" } });
    guest.resume();
    expect(await guest.call("one")).toBe(2);
  });

  test("ends with its runtime", async () => {
    const runtime = open({});
    const guest = await runtime.load(PROGRAM, "/guest.mjs");
    guest.suspend();
    await runtime.dispose();
    expect((await guest.exited).outcome.kind).toBe("aborted");
  });
});

test.each([{ cells: "inline" }, { cells: "worker" }, { isolation: "shared" }] as const)(
  "what cannot be stopped alone says so: %j",
  async (options) => {
    await using runtime = open(options);
    await using guest = await runtime.load(PROGRAM, "/guest.mjs");
    expect(() => guest.suspend()).toThrow(expect.objectContaining({ code: "ERR_UNSUPPORTED_CAPABILITY" }) as Error);
    guest.resume();
    expect(await guest.call("one")).toBe(1);
  },
);
