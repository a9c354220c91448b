import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryStorage } from "../src/services/storage/memory-storage.ts";
import type { PluginStorage } from "../src/services/storage/plugin-storage.ts";
import { storageService } from "../src/services/storage/storage-service.ts";
import { manifestOf } from "./support/manifests.ts";
import { type CallService, callerOf } from "./support/service-caller.ts";

const coded = (code: string, message = ""): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

function storageOf(quotaBytes: number, backing: PluginStorage = createMemoryStorage(), id = "a"): CallService {
  return callerOf(storageService(backing), manifestOf({ storage: { quotaBytes } }, { id }));
}

describe("storage", () => {
  test.each([
    ["text"],
    [""],
    [0],
    [null],
    [false],
    [{ a: [1, { b: "ü🎉\ud800" }], constructor: 1 }],
    [new Uint8Array([0, 255])],
    [new Uint8Array()],
  ])("gives back what was set: %j", async (value) => {
    const call = storageOf(1000);
    await call("set", "key", value);
    expect(await call("get", "key")).toEqual(value);
    expect(await call("has", "key")).toBe(true);
  });

  test("has nothing where nothing was set, and what was deleted no more", async () => {
    const call = storageOf(1000);
    expect([await call("get", "a"), await call("has", "a"), await call("delete", "a")]).toEqual([
      undefined,
      false,
      false,
    ]);
    await call("set", "a", 1);
    expect(await call("delete", "a")).toBe(true);
    expect(await call("get", "a")).toBe(undefined);
  });

  test("lists keys in order, those that begin so, and some at a time", async () => {
    const call = storageOf(10_000);
    for (const key of ["b/2", "a", "b/1", "b/3", "", "__proto__", "ü"]) await call("set", key, 1);
    expect(await call("keys")).toEqual(["", "__proto__", "a", "b/1", "b/2", "b/3", "ü"]);
    expect(await call("keys", "b/")).toEqual(["b/1", "b/2", "b/3"]);
    expect(await call("keys", "b/", { limit: 2 })).toEqual(["b/1", "b/2"]);
    expect(await call("keys", "b/", { limit: 2, after: "b/2" })).toEqual(["b/3"]);
    await call("clear");
    expect([await call("keys"), await call("usage")]).toEqual([[], { usedBytes: 0, quotaBytes: 10_000 }]);
  });

  test("does not list more than it says", async () => {
    const backing = createMemoryStorage();
    for (let index = 0; index < 10_001; index += 1) await backing.set("a", String(index), new Uint8Array(1));
    const call = storageOf(1e6, backing);
    await expect(call("keys")).rejects.toEqual(coded("ERR_PLUGIN_ARGUMENT", "`limit` and `after`"));
    expect(await call("keys", "", { limit: 10_000 })).toHaveLength(10_000);
  });

  test("counts keys and values in bytes, to the last one", async () => {
    const call = storageOf(12);
    // 2 bytes of a key, 1 that says what it is, 5 and 4 of JSON.
    await call("set", "ü", "abc");
    expect(await call("usage")).toEqual({ usedBytes: 8, quotaBytes: 12 });
    await call("set", "b", "");
    expect(await call("usage")).toEqual({ usedBytes: 12, quotaBytes: 12 });
    await expect(call("set", "b", 123)).rejects.toEqual(coded("ERR_PLUGIN_QUOTA", "13 of 12 bytes"));
    await expect(call("set", "c", 1)).rejects.toEqual(coded("ERR_PLUGIN_QUOTA"));
    expect([await call("get", "b"), await call("has", "c")]).toEqual(["", false]);
    await call("set", "ü", new Uint8Array(5));
    await call("delete", "ü");
    expect(await call("usage")).toEqual({ usedBytes: 4, quotaBytes: 12 });
  });

  test("never holds more than its quota, whatever is written at once", async () => {
    const operation = fc.record({
      key: fc.constantFrom("a", "bb", "ccc"),
      length: fc.nat(30),
      isDeleted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async (operations) => {
        const memory = createMemoryStorage();
        let most = 0;
        const call = storageOf(40, {
          ...memory,
          async set(plugin, key, value) {
            await Promise.resolve();
            await memory.set(plugin, key, value);
            most = Math.max(most, Number(await memory.usedBytes(plugin)));
          },
        });
        await Promise.allSettled(
          operations.map(({ key, length, isDeleted }) => {
            return isDeleted ? call("delete", key) : call("set", key, new Uint8Array(length));
          }),
        );
        expect(most).toBeLessThanOrEqual(40);
        const keys = [...(await memory.keys("a"))];
        const sizes = await Promise.all(
          keys.map(async (key) => key.length + ((await memory.get("a", key))?.length ?? 0)),
        );
        expect(await memory.usedBytes("a")).toBe(sizes.reduce((sum, size) => sum + size, 0));
      }),
    );
  });

  test("of two guests of one plugin is one, and of two plugins two", async () => {
    const memory = createMemoryStorage();
    const slow: PluginStorage = {
      ...memory,
      async usedBytes(plugin) {
        const used = await memory.usedBytes(plugin);
        await new Promise(setImmediate);
        return used;
      },
    };
    const [one, other, stranger] = [storageOf(20, slow), storageOf(20, slow), storageOf(20, slow, "b")];
    const value = new Uint8Array(10);
    const ends = await Promise.allSettled([
      one("set", "x", value),
      other("set", "y", value),
      stranger("set", "z", value),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect([await other("keys"), await stranger("keys")]).toEqual([["x"], ["z"]]);
  });

  test("of a backing that fails loses nothing, and counts as before", async () => {
    const memory = createMemoryStorage();
    let isFailing = false;
    const call = storageOf(20, {
      ...memory,
      set(plugin, key, value) {
        if (isFailing) throw new Error("The disk at /secret is full");
        return memory.set(plugin, key, value);
      },
    });
    await call("set", "a", 1);
    isFailing = true;
    const failure = coded("ERR_PLUGIN_SERVICE", 'The service "service.set" has failed');
    for (let times = 0; times < 10; times += 1) await expect(call("set", "a", "long")).rejects.toEqual(failure);
    isFailing = false;
    expect([await call("get", "a"), await call("usage")]).toEqual([1, { usedBytes: 3, quotaBytes: 20 }]);
    await call("set", "b", "0123456789012");
    expect(await call("usage")).toEqual({ usedBytes: 20, quotaBytes: 20 });
  });

  test("writes nothing that nobody waits for any more", async () => {
    const memory = createMemoryStorage();
    const { promise, resolve } = Promise.withResolvers<void>();
    const service = storageService({
      ...memory,
      async set(plugin, key, value) {
        await promise;
        await memory.set(plugin, key, value);
      },
    });
    const manifest = manifestOf({ storage: { quotaBytes: 100 } }, { id: "a" });
    const stop = new AbortController();
    const first = callerOf(service, manifest)("set", "first", 1);
    const second = callerOf(service, manifest, { signal: stop.signal })("set", "second", 1);
    // Both have come to their place in the line.
    await new Promise(setImmediate);
    stop.abort();
    await expect(second).rejects.toEqual(coded("ERR_PLUGIN_ABORTED"));
    resolve();
    await first;
    await callerOf(service, manifest)("set", "third", 1);
    expect(await memory.keys("a")).toEqual(["first", "third"]);
  });

  test("does not let writes pile up", async () => {
    const call = callerOf(
      storageService({ ...createMemoryStorage(), set: () => new Promise(() => undefined) }),
      manifestOf({ storage: { quotaBytes: 100 } }),
      { timeoutMs: 2000 },
    );
    const ends = await Promise.allSettled(Array.from({ length: 1002 }, () => call("set", "a", 1)));
    const codes = ends.map((end) => (end.status === "rejected" ? end.reason.code : ""));
    expect(codes.filter((code) => code === "ERR_PLUGIN_BUSY")).toHaveLength(2);
    expect(codes.filter((code) => code === "ERR_PLUGIN_TIMEOUT")).toHaveLength(1000);
  });

  test.each<[what: string, args: readonly unknown[], message: string]>([
    ["no key", [], "a key: text"],
    ["a key that is none", [{ toString: 1 }, 1], "a key: text"],
    ["a long key", ["ü".repeat(513), 1], "1024 bytes"],
    ["half a sign in a key", ["\ud800", 1], "1024 bytes"],
    ["no value", ["a"], "not undefined"],
    ["a map", ["a", new Map()], "a plain object"],
    ["what JSON has no number for", ["a", { b: Number.NaN }], "a number that JSON has (b)"],
    ["a large number", ["a", 1n], "not a bigint"],
    ["a prototype", ["a", JSON.parse('{"__proto__": 1}')], "another name (__proto__)"],
    ["what is very deep", ["a", JSON.parse(`${"[".repeat(200)}${"]".repeat(200)}`)], "at most 100 levels"],
  ])("refuses %s", async (_what, args, message) => {
    const call = storageOf(1e6);
    await expect(call("set", ...args)).rejects.toEqual(coded("ERR_PLUGIN_ARGUMENT", message));
    expect(await call("keys")).toEqual([]);
  });

  test("of a plugin without it in its manifest is full at once", async () => {
    await expect(callerOf(storageService(createMemoryStorage()))("set", "a", 1)).rejects.toEqual(
      coded("ERR_PLUGIN_QUOTA"),
    );
  });

  test("says that it has what nobody has stored through it", async () => {
    const backing = createMemoryStorage();
    await backing.set("a", "key", Buffer.from("\u0007{}"));
    await expect(storageOf(100, backing)("get", "key")).rejects.toEqual(coded("ERR_PLUGIN_SERVICE"));
  });
});

describe("storage in memory", () => {
  test("holds copies", async () => {
    const backing = createMemoryStorage();
    const value = new Uint8Array([1]);
    await backing.set("a", "k", value);
    value[0] = 2;
    const read = await backing.get("a", "k");
    read?.fill(3);
    expect(await backing.get("a", "k")).toEqual(new Uint8Array([1]));
  });
});
