import { existsSync, readFileSync } from "node:fs";
import { type Guest, NodeRuntime } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { createNodeRuntimeDriverFactory, type NodeRuntimeDriverOptions } from "../../src/index.ts";
import { descendants } from "../process/descendants.ts";

const open = (options: NodeRuntimeDriverOptions = {}): NodeRuntime =>
  new NodeRuntime({
    systemDriver: { permissions: {}, processConfig: {}, osConfig: {} },
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ idleTimeMs: 0, ...options }),
    onDiagnostic: () => undefined,
  });

const commandOf = (pid: number): string =>
  existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, "latin1") : "";

/** Cells of this process: what they are copied from is its child, and a zygote. */
function cells(before: ReadonlySet<number>): readonly number[] {
  const started = descendants(process.pid).filter((pid) => !before.has(pid));
  const zygotes = started.filter((pid) => commandOf(pid).includes("zygote-main"));
  const [zygote] = zygotes.toSorted((one, other) => one - other);
  return started.filter((pid) => pid !== zygote);
}

const WAITING = "export const wait = () => new Promise(() => {}); export const one = () => 1;";

describe.runIf(process.platform === "linux")("a guest whose cell is killed", () => {
  test.each(["runtime", "shared"] as const)(
    "fails each of fifty calls once, says how it ended, and the next one works (%s)",
    async (isolation) => {
      const before = new Set(descendants(process.pid));
      await using runtime = open({ isolation, maxCells: 1 });
      const guest: Guest = await runtime.load(WAITING, "/plugin.mjs");
      let settled = 0;
      const calls = Array.from({ length: 50 }, () => guest.call("wait").finally(() => (settled += 1)));
      const results = Promise.allSettled(calls);
      expect(await guest.call("one")).toBe(1);
      for (const pid of cells(before)) process.kill(pid, "SIGKILL");
      for (const result of await results) {
        expect(result).toMatchObject({
          status: "rejected",
          reason: { code: "ERR_CALL_FAILED", detail: { reason: "ended", outcome: { kind: "crashed" } } },
        });
      }
      expect(settled).toBe(50);
      expect((await guest.exited).outcome.kind).toBe("crashed");
      await using next: Guest = await runtime.load(WAITING, "/plugin.mjs");
      expect(await next.call("one")).toBe(1);
    },
  );
});

describe("guests that stay", () => {
  test("are as many as may, and the next is refused at once", async () => {
    await using runtime = open({ cells: "inline", maxGuests: 2, maxCells: 1 });
    const guests = [await runtime.load(WAITING, "/a.mjs"), await runtime.load(WAITING, "/b.mjs")];
    await expect(runtime.load(WAITING, "/c.mjs")).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      message: expect.stringContaining("2 guests stay already (maxGuests: 2)"),
      detail: { reason: "at-capacity" },
    });
    expect((await runtime.run("module.exports = 1")).exports).toBe(1);
    await guests[0]?.dispose();
    await using third = await runtime.load(WAITING, "/c.mjs");
    expect([await third.call("one"), await guests[1]?.call("one")]).toEqual([1, 1]);
  });

  test("leave their shared cells to runs, and these to them, however many stay", async () => {
    await using runtime = open({ isolation: "shared", maxCells: 1, guestsPerCell: 1 });
    const guests = await Promise.all([1, 2, 3].map(() => runtime.load<{ one(): number }>(WAITING, "/a.mjs")));
    expect((await runtime.run("module.exports = 2")).exports).toBe(2);
    expect(await Promise.all(guests.map((guest) => guest.call("one")))).toEqual([1, 1, 1]);
    expect(runtime.status()).toMatchObject({ driver: { guests: 3, cells: 1 } });
  });
});

/** Exports of ill will. */
const HOSTILE = `
  const resolves = [];
  export const plainProxy = () => new Proxy({ value: 1 }, {});
  export const proxy = () => new Proxy({}, { get() { throw new Error("looked at"); }, ownKeys() { throw new Error("looked at"); } });
  export const getter = () => ({ get secret() { throw new Error("read"); } });
  export const twice = () => ({ then(resolve) { resolve("first"); resolve("second"); throw new Error("late"); } });
  export const never = () => ({ then() {} });
  export const thenable = () => ({ value: 1, inner: { then: "no function" } });
  export const deepThenable = () => ({ then: (resolve) => resolve({ then: (resolve) => resolve("bottom") }) });
  export const patch = () => {
    Object.defineProperty(Object.prototype, "then", { configurable: true, get() { resolves.push(this); return undefined; } });
    Promise.prototype.then = () => { throw new Error("patched"); };
    Object.defineProperty(Promise.prototype, "constructor", { value: function (executor) { executor((v) => resolves.push(v), () => {}); } });
    return "patched";
  };
  export const after = async (value) => value;
  export const seen = () => resolves.filter((each) => typeof each === "function").length;
  export const thrower = () => { throw new Proxy(new Error("x"), {}); };
  export const change = async (given) => { given.list.push(2); await null; return given.list.length; };
  export const many = (count) => Array.from({ length: count }, (_, index) => ({ index }));
`;

describe("a guest of ill will", () => {
  test("gives data or a coded error, whatever its functions return, throw or patch", async () => {
    await using runtime = open();
    await using guest: Guest = await runtime.load(HOSTILE, "/hostile.mjs");
    const reason = async (name: string, args: unknown[] = [], timeoutMs = 5000): Promise<unknown> =>
      guest.call(name, args, { timeoutMs }).catch((error) => error.detail.reason);
    expect(await reason("plainProxy")).toBe("unexportable");
    // Whoever awaits something asks it for its "then".
    expect(await reason("proxy")).toBe("threw");
    expect(await reason("getter")).toBe("unexportable");
    expect(await reason("twice")).toBe("first");
    expect(await reason("never", [], 100)).toBe("timeout");
    expect(JSON.stringify(await reason("thenable"))).toBe('{"value":1,"inner":{"then":"no function"}}');
    expect(await reason("deepThenable")).toBe("bottom");
    expect(await reason("thrower")).toBe("threw");
    const given = { list: [1] };
    expect(await reason("change", [given])).toBe(2);
    expect(given).toEqual({ list: [1] });
    expect(await reason("many", [10_000])).toHaveLength(10_000);
    expect(await reason("patch")).toBe("patched");
    expect(await reason("seen")).toBe(0);
  });
});
