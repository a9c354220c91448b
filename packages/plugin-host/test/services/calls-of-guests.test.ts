import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { PluginError, ServiceError, serviceMethod } from "../../src/index.ts";
import { sandboxUnderTest } from "../support/sandbox.ts";

const { run, isolate } = sandboxUnderTest({ callsAtOnce: 3, serviceTimeoutMs: 200 });

/** What a call rejects with, as the plugin sees it. */
const told = (call: string): string =>
  `return (async () => ${call})().then((value) => ({ value }), ({ name, code, message }) => ({ name, code, message }))`;

describe("a call of a service, as the guest sees it", () => {
  it.each<readonly [what: string, argument: string, message: string]>([
    ["a function", "() => 1", "arguments[0] is a function"],
    ["a function within", "{ a: [{ run() {} }] }", "arguments[0].a[0].run is a function"],
    ["a class", "class {}", "arguments[0] is a function"],
    ["a method of its context", "context.cache.get", "arguments[0] is a function"],
    ["a proxy", "new Proxy({ a: 1 }, {})", "arguments[0] is a proxy"],
    ["a promise", "Promise.resolve(1)", "arguments[0] is a promise"],
    ["a symbol", "Symbol('x')", "arguments[0] is a symbol"],
    ["a getter that throws", "{ get a() { throw new Error('own') } }", "arguments[0].a: its getter threw: own"],
    ["a generator", "(function* () {})()", "arguments[0] is a generator"],
  ])("rejects for an argument that is no data, and names the method: %s", async (_what, argument, message) => {
    const get = vi.fn();
    expect(await run(told(`context.cache.get(${argument})`), { cache: { get } })).toEqual({
      name: "PluginError",
      code: "ERR_PLUGIN_ARGUMENT",
      message: `context.cache.get(): ${message}`,
    });
    expect(get).not.toHaveBeenCalled();
  });

  it("never throws where it is called: what is wrong is in the promise", async () => {
    const code = "const promise = context.cache.get(() => 1); return promise.catch(() => promise instanceof Promise);";
    expect(await run(code, { cache: { get: () => 1 } })).toBe(true);
  });

  it("runs getters of arguments in the guest, once, and never in the host", async () => {
    const get = vi.fn((value: unknown) => Object.getOwnPropertyDescriptor(value, "a"));
    const code =
      "let runs = 0; const told = await context.cache.get({ get a() { runs += 1; return typeof process; } }); return [runs, told.value];";
    expect(await run(code, { cache: { get } })).toEqual([1, "undefined"]);
  });

  it("gives names that mean something to the language as own properties of what the host gets", async () => {
    const taken: Record<string, unknown>[] = [];
    const argument = `JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}, "toString": 1}')`;
    await run(`return context.cache.put(${argument})`, {
      cache: { put: (value: Record<string, unknown>) => void taken.push(value) },
    });
    const [value = {}] = taken;
    expect(Object.keys(value)).toEqual(["__proto__", "constructor", "toString"]);
    expect(value["admin"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
  });

  it("gives the host what arguments were at the time of the call, whatever becomes of them while it works", async () => {
    const open = Promise.withResolvers<void>();
    const seen: unknown[] = [];
    const slow = async (value: unknown): Promise<void> => {
      await open.promise;
      seen.push(structuredClone(value));
    };
    const code =
      "const list = [1]; const call = context.cache.slow(list); list.push(2); await null; list.length = 0; await context.cache.go(); return call;";
    await run(code, { cache: { slow, go: () => open.resolve() } });
    expect(seen).toEqual([[1]]);
  });

  it("refuses arguments without measure, and goes on", async () => {
    const runs = await isolate({ services: { cache: "*" } }, { memoryMb: 256, cpuTimeMs: 20_000, wallTimeMs: 30_000 });
    const get = vi.fn((value: string) => value.length);
    const code =
      "return Promise.all([20, 100_000].map((size) => context.cache.get('x'.repeat(size * 1000)).catch((error) => error.code)))";
    expect(await runs(code, { cache: { get } })).toEqual([20_000, "ERR_PLUGIN_ARGUMENT"]);
    expect(get).toHaveBeenCalledTimes(1);
  });

  it("says that an answer is too much, or no data", async () => {
    const services = {
      cache: { large: () => "x".repeat(100_000_000), live: () => ({ run() {} }), odd: () => new WeakMap() },
    };
    for (const method of Object.keys(services.cache))
      expect(await run(told(`context.cache.${method}()`), services)).toMatchObject({
        code: "ERR_PLUGIN_SERVICE",
        message: expect.stringContaining(`cache.${method}`),
      });
  });

  it("has a code for whatever the host does not do", async () => {
    const runs = await isolate({ services: { cache: "*" }, network: { hosts: ["example.com"] } });
    const context = {
      http: { fetch: () => 1 },
      cache: {
        fail: (): never => {
          throw new Error("secret");
        },
        told: (): never => {
          throw new ServiceError("No such article", { code: "E_NONE" });
        },
        full: (): never => {
          throw new PluginError("ERR_PLUGIN_QUOTA", "It is full");
        },
        hang: () => new Promise(() => undefined),
      },
    };
    const codes: Readonly<Record<string, object>> = {
      "context.cache.fail()": { code: "ERR_PLUGIN_SERVICE", message: 'The service "cache.fail" has failed' },
      "context.cache.told()": { code: "E_NONE", message: "No such article" },
      "context.cache.full()": { code: "ERR_PLUGIN_QUOTA", message: "It is full" },
      "context.cache.hang()": { code: "ERR_PLUGIN_TIMEOUT", message: "cache.hang() has taken longer than 200 ms" },
      "context.http.fetch('https://other.test/')": {
        code: "ERR_PLUGIN_PERMISSION",
        message: "Its manifest does not grant this host",
      },
      "Promise.all([1, 2, 3, 4].map(() => context.cache.hang()))": { code: "ERR_PLUGIN_BUSY" },
    };
    for (const [call, expected] of Object.entries(codes))
      expect(await runs(told(call), context)).toMatchObject(expected);
  });

  it("is checked in the host, whatever a plugin asks for past its context", async () => {
    const drop = vi.fn();
    const runs = await isolate({ services: { cache: ["get"] } });
    const code = `
      const { makeContext } = await import("plugin:context");
      const codes = [];
      for (const run of [0, 1, -1, 1.5, "0", null, NaN, 2 ** 47]) {
        const forged = makeContext([["cache", ["drop", "get"]]], run);
        for (const method of ["drop", "get"]) codes.push(await forged.cache[method]().catch((error) => error.code));
      }
      return codes;`;
    const codes = (await runs(code, { cache: { get: () => 1, drop } })) as readonly string[];
    expect(new Set(codes)).toEqual(new Set(["ERR_PLUGIN_DISPOSED", "ERR_PLUGIN_ARGUMENT"]));
    await expect(runs("return import('plugin:host')")).rejects.toMatchObject({ code: "ERR_PLUGIN_THREW" });
    expect(drop).not.toHaveBeenCalled();
  });

  it("hears by its signal that the execution is over, or the guest", async () => {
    const runs = await isolate({ services: { slow: "*" } }, { cpuTimeMs: 100, wallTimeMs: 20_000 });
    const signals: AbortSignal[] = [];
    const wait = serviceMethod({
      parameters: [],
      timeoutMs: 60_000,
      run: ({ signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    });
    const slow = { wait, ready: () => undefined };
    expect(await runs("context.slow.wait(); await context.slow.ready(); return 1", { slow })).toBe(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    const looping = runs("context.slow.wait(); await context.slow.ready(); for (;;);", { slow });
    await expect(looping).rejects.toMatchObject({ limit: "cpu" });
    for (let turn = 0; turn < 100 && !signals.every(({ aborted }) => aborted); turn += 1) await sleep(10);
    expect(signals.length).toBe(2);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });
});
