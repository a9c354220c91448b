import { setTimeout as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { hostUnderTest } from "./support/extension-host.ts";
import { manifestOf } from "./support/manifests.ts";

const it = hostUnderTest(() => ({ limits: { cpuTimeMs: 500, callTimeoutMs: 20_000, memoryMib: 32 } }));

/** An extension that does something bad, and can be asked whether it is there. */
const load = (handler: string, scopes: object = { sleep: {} }): Promise<unknown> =>
  it.load(
    "operation",
    `import { sleep } from "directus:api"; const bad = ${handler}; export default { id: "bad", handler: (what) => (what === "bad" ? bad() : "there") };`,
    scopes,
  );
const bad = (): Promise<unknown> => it.host.operations.run("bad", "bad");
const there = (): Promise<unknown> => it.host.operations.run("bad", {});

describe("a call that does not stop", () => {
  test.each([
    ["X01: in a loop", "() => { for (;;); }"],
    [
      "X02: in a loop that catches and has a finally",
      "() => { try { for (;;); } catch { return 'caught'; } finally { return 'finally'; } }",
    ],
    ["X03: after a turn", "async () => { await null; for (;;); }"],
    ["X04: after a sleep", "async () => { await sleep(1); for (;;); }"],
  ])("%s is ended, and the next call succeeds", async (_id, handler) => {
    await load(handler);
    await expect(bad()).rejects.toThrow("timed out");
    expect(await there()).toBe("there");
  });

  test("X05: is given up where it never answers", async () => {
    const host = it.with({ limits: { callTimeoutMs: 200 } });
    const code = `export default { id: "waits", handler: (waits) => (waits ? new Promise(() => {}) : "there") };`;
    await host.loadPackage({ manifest: manifestOf("operation"), code });
    await expect(host.operations.run("waits", true)).rejects.toThrow("timed out");
    expect(await host.operations.run("waits", false)).toBe("there");
  });

  test("X09: is counted from its beginning to its end", async () => {
    await load("async () => { for (;;) { const to = Date.now() + 20; while (Date.now() < to); await sleep(1); } }");
    await expect(bad()).rejects.toMatchObject({ cause: { detail: { reason: "cpu-time-limit" } } });
    expect(await there()).toBe("there");
  });

  test("X10: is not counted while others have the thread", async () => {
    await load("() => { const to = Date.now() + 100; while (Date.now() < to); return 'done'; }");
    expect(await Promise.all([bad(), bad(), bad()])).toEqual(["done", "done", "done"]);
  });

  test("X11: leaves the host its own thread", async () => {
    const burning = Promise.withResolvers<void>();
    const logger = { info: () => burning.resolve(), warn: () => undefined };
    const host = it.with({ logger, limits: { cpuTimeMs: 20_000 } });
    const code = `import { log } from "directus:api"; export default { id: "burns", handler: () => { log("burning"); for (;;); } };`;
    await host.loadPackage({ manifest: manifestOf("operation", { log: {} }), code });
    const call = host.operations.run("burns", {});
    await Promise.race([burning.promise, call]);
    // If it had the thread of the host, it would come to its limit before the host had another turn.
    for (let turn = 0; turn < 5; turn += 1) await nextTurn(1);
    await Promise.all([expect(call).rejects.toThrow("Isolate is disposed"), host.unload("my-operation")]);
  });
});

describe("a call that wants too much memory", () => {
  const grow = "const all = []; for (;;) all.push(new Array(1000).fill(all.length));";
  test.each([
    ["X06: at once", `() => { ${grow} }`],
    ["X06: after a sleep", `async () => { await sleep(1); ${grow} }`],
  ])("%s ends its extension, which is there again for the next", async (_id, handler) => {
    await it.load("operation", `export default { id: "other", handler: () => "other" };`, {}, "other");
    await load(handler);
    await expect(bad()).rejects.toThrow(/memory limit|timed out/);
    expect(await there()).toBe("there");
    expect(await it.host.operations.run("other", {})).toBe("other");
  });

  test("X06: ends an extension that is loaded", async () => {
    await expect(
      it.load("operation", `${grow} export default { id: "x", handler() {} };`, {}, "grows"),
    ).rejects.toMatchObject({ code: "ERR_EXTENSION_LOAD" });
  });
});

describe("an error that Directus takes for the end of its memory", () => {
  test.each([
    ["() => 'x'.repeat(2 ** 29 - 24).repeat(2)", /Invalid string length|memory/],
    ["() => new ArrayBuffer(2 ** 40)", /allocation failed|Array buffer/i],
    ["() => { const recurse = () => recurse() + 1; recurse(); }", /Maximum call stack/],
    ["() => { throw new RangeError('mine'); }", /mine/],
    ["() => new Array(-1)", /Invalid array length/],
    ["() => (1).toFixed(200)", /toFixed/],
  ])("X07: is an error of the guest's: %s", async (handler, message) => {
    await load(handler);
    await expect(bad()).rejects.toThrow(message);
    expect(await there()).toBe("there");
  });

  test("X07: is an argument of 20,000 levels", async () => {
    let deep: unknown = {};
    for (let level = 0; level < 20_000; level += 1) deep = { deep };
    await it.load("operation", `export default { id: "deep", handler: () => "there" };`);
    await it.host.operations.run("deep", deep).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
    expect(await it.host.operations.run("deep", {})).toBe("there");
  });
});

test("an answer that is longer than answers may be fails its call alone", async () => {
  const host = it.with({ limits: { maxResultBytes: 2 ** 16 } });
  const code = `export default ({ filter }) => filter("long", (length) => "x".repeat(length));`;
  await host.loadPackage({ manifest: manifestOf("hook"), code });
  await expect(host.hooks.filter("long", 2 ** 17)).rejects.toThrow("more than 65536 bytes");
  expect(await host.hooks.filter("long", 3)).toBe("xxx");
});

describe("an extension that crashes again and again", () => {
  test("rests, longer each time, until it has worked", async () => {
    const host = it.with({ restsMs: [0, 60_000], limits: { cpuTimeMs: 500 } });
    await host.loadPackage({
      manifest: manifestOf("operation"),
      code: `export default { id: "loops", handler: (loops) => { while (loops); return "there"; } };`,
    });
    await expect(host.operations.run("loops", true)).rejects.toThrow("timed out");
    await expect(host.operations.run("loops", true)).rejects.toThrow("timed out");
    await expect(host.operations.run("loops", false)).rejects.toMatchObject({ code: "ERR_EXTENSION_RESTING" });
  });
});

test("X12: a call of an extension that is gone fails, and so does one that is under way", async () => {
  await load("() => sleep(60000)");
  const underWay = bad();
  underWay.catch(() => undefined);
  await there();
  await it.host.unload("my-operation");
  await expect(underWay).rejects.toThrow("Isolate is disposed");
  await expect(there()).rejects.toMatchObject({ code: "ERR_EXTENSION_UNLOADED" });
});
