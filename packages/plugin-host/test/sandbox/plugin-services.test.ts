import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readContext } from "../../src/sandbox/sandbox-context.ts";
import { createMemoryStorage } from "../../src/services/storage/memory-storage.ts";
import { sandboxUnderTest } from "../support/sandbox.ts";

const { isolate } = sandboxUnderTest();
const codes = (calls: readonly string[]): string =>
  `const codes = []; for (const call of [${calls.map((call) => `() => ${call}`).join(", ")}]) codes.push(await call().then(() => "done", (error) => error.code)); return codes;`;

describe("services that a host lends as it has them", () => {
  it("writes to a log no line that a plugin has forged", async () => {
    const lines: unknown[][] = [];
    const write = (...args: unknown[]): void => void lines.push(args);
    const logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
    const runs = await isolate({ services: { logger: "*" } });
    const code =
      "await context.logger.info('in\\u001b[2J\\nerror forged', { a: '\\u202e' }); return Object.keys(context.logger).sort();";
    expect(await runs(code, { logger })).toEqual(["debug", "error", "info", "warn"]);
    expect(lines).toEqual([
      [
        String.raw`in\u{1b}[2J`.concat("\n  error forged"),
        { plugin: "a", source: "plugin", data: { a: String.raw`\u{202e}` } },
      ],
    ]);
  });

  it("has one ration of lines for a log, however often it is lent", async () => {
    const lines: string[] = [];
    const write = (message: string): void => void lines.push(message);
    const logger = { debug: write, info: write, warn: write, error: write };
    const runs = await isolate({ services: { logger: "*" } }, { wallTimeMs: 30_000 });
    const code =
      "for (let turn = 0; turn < 10; turn++) await Promise.all(Array.from({ length: 90 }, () => context.logger.info('line'))); return 1";
    const began = performance.now();
    for (let turn = 0; turn < 2; turn += 1) await runs(code, { logger });
    const atMost = 1_001 + (performance.now() - began) / 10;
    const own = lines.filter((line) => line === "line").length;
    expect(own).toBeGreaterThan(900);
    expect(own).toBeLessThanOrEqual(Math.min(atMost, 1_800));
  });

  it("gives a plugin its own of a storage for all", async () => {
    const storage = createMemoryStorage();
    await storage.set("b", "key", Uint8Array.of(0, 49));
    const runs = await isolate({ storage: { quotaBytes: 1_000 } });
    const code =
      "await context.storage.set('key', 2); return [await context.storage.get('key'), await context.storage.get('b', 'key').catch((error) => error.code)];";
    expect(await runs(code, { storage })).toEqual([2, undefined]);
    expect(await storage.get("b", "key")).toEqual(Uint8Array.of(0, 49));
  });

  it("keeps a storage that knows no quota to the manifest's, whatever its methods are", async () => {
    const storage = new Map<string, unknown>();
    const plain = {
      get: (key: string) => storage.get(key),
      set: (key: string, value: unknown) => void storage.set(key, value),
      delete: (key: string) => void storage.delete(key),
      append: (key: string, value: unknown) => void storage.set(key, [storage.get(key), value]),
      clear: () => storage.clear(),
    };
    const runs = await isolate({ storage: { quotaBytes: 1_000 } });
    const text = (length: number): string => `'${"x".repeat(length)}'`;
    const calls = [
      `context.storage.set('a', ${text(600)})`,
      `context.storage.set('b', ${text(600)})`,
      `context.storage.set('a', ${text(800)})`,
      `context.storage.append('c', ${text(300)})`,
      "context.storage.get('a')",
      "context.storage.delete('a')",
      `context.storage.set('b', ${text(600)})`,
      `context.storage.append('c', ${text(200)})`,
      `context.storage.append('c', ${text(200)})`,
      "context.storage.clear()",
      `context.storage.set('b', ${text(900)})`,
    ];
    const [full, done] = ["ERR_PLUGIN_QUOTA", "done"];
    expect(await runs(codes(calls), { storage: plain })).toEqual([
      done,
      full,
      done,
      full,
      done,
      done,
      done,
      done,
      full,
      done,
      done,
    ]);
    expect([...storage.keys()]).toEqual(["b"]);
    expect(await runs(codes([`context.storage.set('c', ${text(900)})`]), { storage: plain })).toEqual([full]);
  });

  it("lets no two writes pass a quota together, and counts one that fails", async () => {
    const storage = {
      set: async (key: string): Promise<void> => {
        await sleep(5);
        if (key === "broken") throw new Error("no disk");
      },
    };
    const runs = await isolate({ storage: { quotaBytes: 1_000 } });
    const both =
      "return Promise.all(['a', 'b'].map((key) => context.storage.set(key, 'x'.repeat(600)).then(() => 'done', (error) => error.code)))";
    expect(await runs(both, { storage })).toEqual(["done", "ERR_PLUGIN_QUOTA"]);
    const failing = codes([
      "context.storage.set('broken', 'x'.repeat(300))",
      "context.storage.set('c', 'x'.repeat(300))",
    ]);
    expect(await runs(failing, { storage })).toEqual(["ERR_PLUGIN_SERVICE", "ERR_PLUGIN_QUOTA"]);
  });

  it("gives values of a configuration that is plain data", async () => {
    const runs = await isolate({ services: { config: "*" } });
    const code =
      "return [await context.config.get('limit'), await context.config.get('toString'), await context.config.all()]";
    expect(await runs(code, { config: { limit: 3 } })).toEqual([3, undefined, { limit: 3 }]);
    expect(await runs("return context.config.get('x')", { config: { get: (name: string) => `own ${name}` } })).toBe(
      "own x",
    );
  });

  it("takes nothing for a service that every object has, should a manifest name it", () => {
    const { serviceOf } = readContext({ kept: {} }, "a");
    expect(["valueOf", "constructor", "__proto__"].map(serviceOf)).toEqual([undefined, undefined, undefined]);
    expect(serviceOf("kept")).toEqual({});
  });
});
