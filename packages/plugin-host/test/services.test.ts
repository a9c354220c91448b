import { Console } from "node:console";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, test, vi } from "vitest";
import { cacheService } from "../src/services/cache-service.ts";
import { configService } from "../src/services/config-service.ts";
import type { ILogger } from "../src/services/logger.ts";
import { loggerService } from "../src/services/logger-service.ts";
import { metricsService, type PluginMetric } from "../src/services/metrics-service.ts";
import { manifestOf } from "./support/manifests.ts";
import { callerOf, pluginOf } from "./support/service-caller.ts";

const coded = (code: string, message = ""): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("the cache", () => {
  test("gives back copies of what was set, for as long as was said", async () => {
    const call = callerOf(cacheService());
    await call("set", "a", { b: [1] }, { ttlMs: 2 ** 31 - 1 });
    await call("set", "c", new Uint8Array([1]));
    await call("set", "soon", 1, { ttlMs: 1 });
    await vi.waitFor(async () => expect(await call("get", "soon")).toBe(undefined), { timeout: 10_000 });
    expect([await call("get", "a"), await call("get", "c")]).toEqual([{ b: [1] }, new Uint8Array([1])]);
    expect([await call("delete", "c"), await call("delete", "c"), await call("get", "c")]).toEqual([
      true,
      false,
      undefined,
    ]);
  });

  test("forgets what was not used for longest, by entries and by bytes", async () => {
    const few = callerOf(cacheService({ maxEntries: 2 }));
    for (const key of ["a", "b"]) await few("set", key, key);
    await few("get", "a");
    await few("set", "c", "c");
    expect([await few("get", "a"), await few("get", "b"), await few("get", "c")]).toEqual(["a", undefined, "c"]);
    const small = callerOf(cacheService({ maxBytes: 12 }));
    for (const key of ["a", "b", "c"]) await small("set", key, 123);
    expect([await small("get", "a"), await small("get", "b"), await small("get", "c")]).toEqual([undefined, 123, 123]);
    await expect(small("set", "d", "0123456789")).rejects.toEqual(
      coded("ERR_PLUGIN_QUOTA", "12 bytes has no room for 14"),
    );
  });

  test("of one plugin is not that of another", async () => {
    const service = cacheService();
    const [one, other] = [
      callerOf(service, manifestOf({}, { id: "a" })),
      callerOf(service, manifestOf({}, { id: "b" })),
    ];
    await one("set", "key", 1);
    expect(await other("get", "key")).toBe(undefined);
  });

  test.each([[[1, 1]], [["a", undefined]], [["a", 1, { ttlMs: 0 }]], [["a", 1, { ttl: 5 }]], [["x".repeat(1025), 1]]])(
    "refuses %j",
    async (args) => {
      await expect(callerOf(cacheService())("set", ...args)).rejects.toEqual(coded("ERR_PLUGIN_ARGUMENT"));
    },
  );
});

describe("the configuration", () => {
  const manifest = manifestOf({}, { config: { a: 1, b: { c: 2 } } });

  test("is that of the manifest, with what the host sets in its place", async () => {
    const call = callerOf(
      configService(({ id }) => ({ b: id, d: null })),
      manifest,
    );
    expect(await call("all")).toEqual({ a: 1, b: "org.example.related", d: null });
    expect([await call("get", "a"), await call("get", "b"), await call("get", "x")]).toEqual([
      1,
      "org.example.related",
      undefined,
    ]);
    expect(await callerOf(configService(), manifest)("get", "b")).toEqual({ c: 2 });
  });

  test("has nothing that every object has", async () => {
    const call = callerOf(configService(), manifest);
    for (const name of ["constructor", "__proto__", "toString"]) expect(await call("get", name)).toBe(undefined);
  });

  test("is what it was when the plugin started", async () => {
    const config = { list: [1] };
    const call = callerOf(configService(() => config));
    config.list.push(2);
    expect(await call("get", "list")).toEqual([1]);
  });

  test("that is no JSON is the host's fault", () => {
    for (const config of [{ a: () => 1 }, [1], { a: 1n }]) {
      expect(() => configService(() => config as object as Record<string, unknown>)(pluginOf(manifest))).toThrow(
        expect.objectContaining({ code: "ERR_PLUGIN_OPTION" }),
      );
    }
  });
});

describe("figures", () => {
  test("go to the host with the name of their plugin", async () => {
    const told: PluginMetric[] = [];
    const call = callerOf(metricsService((metric) => told.push(metric)));
    await call("increment", "seen");
    await call("increment", "seen", 2, { path: "/b", kind: "a" });
    await call("gauge", "size", -1.5);
    await call("observe", "ms", 12);
    const plugin = "org.example.related";
    expect(told).toEqual([
      { plugin, kind: "counter", name: "seen", value: 1, labels: {} },
      { plugin, kind: "counter", name: "seen", value: 2, labels: { kind: "a", path: "/b" } },
      { plugin, kind: "gauge", name: "size", value: -1.5, labels: {} },
      { plugin, kind: "histogram", name: "ms", value: 12, labels: {} },
    ]);
  });

  test("are so many at most, for as long as the host runs", async () => {
    let told = 0;
    const service = metricsService(() => {
      told += 1;
    });
    const call = callerOf(service);
    for (let index = 0; index < 1000; index += 1) await call("increment", "seen", 1, { path: String(index) });
    await expect(call("increment", "seen", 1, { path: "one more" })).rejects.toEqual(coded("ERR_PLUGIN_QUOTA"));
    await expect(callerOf(service)("gauge", "other", 1)).rejects.toEqual(coded("ERR_PLUGIN_QUOTA"));
    await call("increment", "seen", 1, { path: "7" });
    await callerOf(service, manifestOf({}, { id: "b" }))("gauge", "other", 1);
    expect(told).toBe(1002);
  });

  test("have so many names at most, each of one kind", async () => {
    const call = callerOf(metricsService(() => undefined));
    for (let index = 0; index < 100; index += 1) await call("gauge", `name${index}`, 1);
    await expect(call("gauge", "another", 1)).rejects.toEqual(coded("ERR_PLUGIN_QUOTA"));
    await expect(call("increment", "name7")).rejects.toEqual(
      coded("ERR_PLUGIN_ARGUMENT", '"name7" is a gauge already'),
    );
  });

  test.each([
    ["increment", "a b"],
    ["increment", "__proto__"],
    ["increment", "a", -1],
    ["increment", "a", Number.NaN],
    ["gauge", "a"],
    ["gauge", "a", Number.POSITIVE_INFINITY],
    ["gauge", "a", 1, { "a\n": "b" }],
    ["gauge", "a", 1, { a: 1 }],
    ["gauge", "a", 1, { a: "x".repeat(101) }],
    ["gauge", "a", 1, Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`a${index}`, ""]))],
  ])("that are none are refused: %s %j %j %j", async (method, ...args) => {
    await expect(callerOf(metricsService(() => undefined))(method, ...args)).rejects.toEqual(
      coded("ERR_PLUGIN_ARGUMENT"),
    );
  });
});

describe("the log", () => {
  type Line = readonly [level: string, message: string, context: unknown];

  function lines(now?: () => number): { readonly told: Line[]; readonly service: ReturnType<typeof loggerService> } {
    const told: Line[] = [];
    const at = (level: string) => (message: string, context?: object) => void told.push([level, message, context]);
    const logger: ILogger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
    return { told, service: loggerService(logger, now) };
  }

  test("gets what plugins say, with their names and data", async () => {
    const { told, service } = lines();
    const call = callerOf(service);
    for (const level of ["debug", "info", "warn", "error"]) await call(level, `at ${level}`);
    await call("info", "more", { a: [1, "two"], "b\u001b": null });
    const plugin = "org.example.related";
    const source = "plugin";
    expect(told).toEqual([
      ["debug", "at debug", { plugin, source }],
      ["info", "at info", { plugin, source }],
      ["warn", "at warn", { plugin, source }],
      ["error", "at error", { plugin, source }],
      ["info", "more", { plugin, source, data: { a: [1, "two"], "b\\u{1b}": null } }],
    ]);
  });

  test("shows nothing that commands a terminal, and no line that looks like another's", async () => {
    const { told, service } = lines();
    const call = callerOf(service);
    await call("info", "\u001b[2J\u202egnp\u0007\r\nERROR host: down\u2028x", { a: { b: ["\u009b1m\ny"] } });
    expect(told[0]).toEqual([
      "info",
      "\\u{1b}[2J\\u{202e}gnp\\u{7}\n  ERROR host: down\n  x",
      { plugin: "org.example.related", source: "plugin", data: { a: { b: ["\\u{9b}1m\n  y"] } } },
    ]);
    await call("info", "x".repeat(100_000));
    expect(told[1]?.[1]).toBe(`${"x".repeat(8192)}... (91808 characters more)`);
  });

  test("leaves out data that is none, or too long, and says so", async () => {
    const { told, service } = lines();
    const call = callerOf(service);
    await call("info", "a", new Map());
    await call("info", "a", "x".repeat(20_000));
    expect(told.map(([, , context]) => (context as { data: unknown }).data)).toEqual([
      "left out: not a plain object",
      "left out: not at most about 16384 characters of JSON in all",
    ]);
    await expect(call("info", { toString: 1 })).rejects.toEqual(coded("ERR_PLUGIN_ARGUMENT", "a message: text"));
  });

  test("has so many lines of a plugin, however often it starts, and tells how many it has not", async () => {
    let time = 0;
    const { told, service } = lines(() => time);
    const say = async (times: number): Promise<void> => {
      const call = callerOf(service);
      for (let each = 0; each < times; each += 1) await call("info", "again");
    };
    await say(600);
    await say(600);
    expect(told).toHaveLength(1001);
    expect(told.at(-1)).toEqual([
      "warn",
      expect.stringContaining("lines are left out"),
      { plugin: "org.example.related", source: "host" },
    ]);
    await callerOf(service, manifestOf({}, { id: "b" }))("info", "another's");
    expect(told.at(-1)?.[1]).toBe("another's");
    time += 500;
    await say(51);
    expect(told).toHaveLength(1052);
    time += 2000;
    await say(1);
    expect(told.slice(1052).map(([, message]) => message)).toEqual([
      'Plugin "org.example.related" has logged too much: 201 lines were left out',
      "again",
    ]);
  });

  test("may be a console: what a plugin says is no format for it", async () => {
    const stdout = new PassThrough();
    const call = callerOf(loggerService(new Console({ stdout, stderr: stdout })));
    await call("info", "100%s %o %c", "hidden");
    stdout.end();
    expect(await text(stdout)).toBe(
      "100%s %o %c { plugin: 'org.example.related', source: 'plugin', data: 'hidden' }\n",
    );
  });
});
