import "reflect-metadata";
import { container, inject, injectable } from "tsyringe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ILogger,
  type IPluginManifest,
  type IPluginSandbox,
  IsolatedVmSandbox,
  PluginError,
  type SandboxIsolate,
} from "../../src/index.ts";

const manifest: IPluginManifest = {
  id: "org.example.related",
  name: "Related articles",
  version: "1.2.0",
  entrypoint: "dist/index.js",
  permissions: { services: { logger: "*", cache: ["get", "set"] } },
  limits: { memoryMb: 32, cpuTimeMs: 500, wallTimeMs: 5_000 },
};
const code = `
  context.logger.info("Looking", { for: "related" });
  await context.cache.set("found", [1, 2, 3]);
  const found = await context.cache.get("found");
  return found.length;
`;

describe("the example of the seed", () => {
  it("runs as it is written", async () => {
    const lines: string[] = [];
    const cache = new Map<string, unknown>();
    const context = { logger: loggerTo(lines), cache };

    const sandbox = container.resolve(IsolatedVmSandbox);

    // Create isolate for plugin
    const isolate = await sandbox.createIsolate(manifest);
    expect(isolate.id).toMatch(/./);

    // Execute code in sandbox
    const result = await sandbox.executeInSandbox(isolate, code, context);

    // Dispose when done
    sandbox.dispose(isolate);

    expect(result).toBe(3);
    expect(lines).toEqual(["info Looking"]);
    expect(cache.get("found")).toEqual([1, 2, 3]);
    expect(sandbox.getActiveIsolateCount()).toBe(0);
    await sandbox[Symbol.asyncDispose]();
  });

  it("gets its logger of a container, where that knows one", async () => {
    const lines: string[] = [];
    const child = container.createChildContainer();
    child.register("ILogger", { useValue: loggerTo(lines) });
    class Injected extends IsolatedVmSandbox {}
    inject("ILogger")(Injected, undefined, 0);
    Reflect.defineMetadata("design:paramtypes", [Object], Injected);
    injectable()(Injected);
    await using sandbox = child.resolve(Injected);
    sandbox.dispose(await sandbox.createIsolate(manifest));
    expect(lines).toEqual(["debug Isolate created", "debug Isolate disposed of"]);
  });
});

describe("IsolatedVmSandbox, method by method", () => {
  let sandbox: IsolatedVmSandbox;
  let isolate: SandboxIsolate;
  beforeAll(async () => {
    sandbox = new IsolatedVmSandbox();
    isolate = await sandbox.createIsolate(manifest);
  });
  afterAll(() => sandbox[Symbol.asyncDispose]());

  it("is an IPluginSandbox", () => {
    const typed: IPluginSandbox = sandbox;
    expect(typed.executeInSandbox).toBeTypeOf("function");
  });

  it("createIsolate gives a frozen handle with what the manifest says", () => {
    expect(isolate).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      pluginId: "org.example.related",
      pluginVersion: "1.2.0",
      memoryLimitMB: 32,
      cpuTimeLimitMs: 500,
      wallTimeLimitMs: 5_000,
      createdAt: expect.any(Number),
    });
    expect(Object.isFrozen(isolate)).toBe(true);
  });

  it("executeInSandbox comes to the result, typed as it is told", async () => {
    const result: number = await sandbox.executeInSandbox<number>(isolate, "6 * 7", {});
    expect(result).toBe(42);
  });

  it("getMemoryUsage gives bytes that were measured", () => {
    const bytes = sandbox.getMemoryUsage(isolate);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(32 * 2 ** 20);
    expect(Number.isInteger(bytes)).toBe(true);
  });

  it("updateMemoryUsage keeps what it is told, until the next measure", async () => {
    const within = await sandbox.createIsolate(manifest);
    sandbox.updateMemoryUsage(within.id, 1.5);
    expect(sandbox.getMemoryUsage(within)).toBe(1_572_864);
    await sandbox.executeInSandbox(within, "1", {});
    expect(sandbox.getMemoryUsage(within)).not.toBe(1_572_864);
    expect(codeOf(() => sandbox.updateMemoryUsage(within.id, Number.NaN))).toBe("ERR_PLUGIN_ARGUMENT");
    expect(codeOf(() => sandbox.updateMemoryUsage(within.id, -1))).toBe("ERR_PLUGIN_ARGUMENT");
    sandbox.dispose(within);
    expect(codeOf(() => sandbox.updateMemoryUsage(within.id, 1))).toBe("ERR_PLUGIN_UNKNOWN");
    expect(codeOf(() => sandbox.updateMemoryUsage("nobody", 1))).toBe("ERR_PLUGIN_UNKNOWN");
  });

  it("getActiveIsolateCount and getActiveIsolates tell what there is, until it is disposed of", async () => {
    const [second, third] = [await sandbox.createIsolate(manifest), await sandbox.createIsolate(manifest)];
    expect(sandbox.getActiveIsolates()).toEqual([isolate, second, third]);
    expect(sandbox.getActiveIsolates()[1]).toBe(second);
    expect(sandbox.getActiveIsolateCount()).toBe(3);
    sandbox.dispose(second);
    expect(sandbox.getActiveIsolates()).toEqual([isolate, third]);
    sandbox.dispose(third);
    expect(sandbox.getActiveIsolateCount()).toBe(1);
  });

  it("disposeAll leaves none, and another can be made", async () => {
    await using other = new IsolatedVmSandbox();
    const [one, two] = await Promise.all([other.createIsolate(manifest), other.createIsolate(manifest)]);
    other.disposeAll();
    expect(other.getActiveIsolateCount()).toBe(0);
    for (const gone of [one, two]) expect(codeOf(() => other.getMemoryUsage(gone))).toBe("ERR_PLUGIN_DISPOSED");
    const next = await other.createIsolate(manifest);
    expect(await other.executeInSandbox(next, "1 + 1", {})).toBe(2);
  });
});

function loggerTo(lines: string[]): ILogger {
  const line = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}

function codeOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
  } catch (error) {
    return error instanceof PluginError ? error.code : String(error);
  }
  return undefined;
}
