import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { BareRuntime, createNodeDriver, createNodeRuntimeDriverFactory } from "vivarium";
import {
  type ILogger,
  type IPluginManifest,
  IsolatedVmSandbox,
  type SandboxContext,
  type SandboxIsolate,
  type SandboxOptions,
  type ServiceRecord,
} from "../../src/index.ts";

const manifest: IPluginManifest = {
  id: "a",
  name: "A",
  version: "1.0.0",
  entrypoint: "a.js",
  permissions: { services: { articles: "*" } },
  limits: { cpuTimeMs: 200, wallTimeMs: 20_000 },
};

describe("IsolatedVmSandbox", () => {
  it("leaves no process and no descriptor, by `await using` and by disposeAll", async () => {
    await childrenFall(0);
    await liveAndEnd((sandbox) => sandbox[Symbol.asyncDispose]());
    expect(childrenOf(process.pid)).toEqual([]);
    const before = descriptors();
    await liveAndEnd((sandbox) => sandbox.disposeAll());
    await childrenFall(0);
    await until(() => descriptors() <= before);
  });

  it("leaves no timer", async () => {
    const set = vi.spyOn(globalThis, "setInterval");
    const cleared = vi.spyOn(globalThis, "clearInterval");
    await liveAndEnd((sandbox) => sandbox.disposeAll());
    const timers = set.mock.results.map(({ value }) => value);
    expect(timers.length).toBeGreaterThan(0);
    for (const timer of timers) expect(cleared).toHaveBeenCalledWith(timer);
    vi.restoreAllMocks();
  });

  it("ends its processes with its last isolate", async () => {
    await childrenFall(0);
    const sandbox = new IsolatedVmSandbox();
    const [one, other] = await Promise.all([sandbox.createIsolate(manifest), sandbox.createIsolate(manifest)]);
    sandbox.dispose(one);
    expect(await sandbox.executeInSandbox(other, "1", {})).toBe(1);
    sandbox.dispose(other);
    await childrenFall(0);
  });

  it("is over for good once it was disposed of itself, in any order", async () => {
    const sandbox = new IsolatedVmSandbox();
    await sandbox[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
    await expect(sandbox.createIsolate(manifest)).rejects.toMatchObject({ code: "ERR_PLUGIN_DISPOSED" });
  });

  it("leaves a runtime that it was given as it is", async () => {
    await using runtime = bareRuntime();
    const sandbox = new IsolatedVmSandbox(undefined, { runtime });
    await sandbox.createIsolate(manifest);
    await sandbox[Symbol.asyncDispose]();
    expect(runtime.status().state).toBe("open");
  });

  it("measures isolates by itself while there are any", async () => {
    await using sandbox = new IsolatedVmSandbox();
    const isolate = await sandbox.createIsolate(manifest);
    sandbox.updateMemoryUsage(isolate.id, 0);
    await until(() => sandbox.getMemoryUsage(isolate) > 100_000);
  });

  it("tells nothing of memory while there is no guest", async () => {
    await using sandbox = new IsolatedVmSandbox();
    const isolate = await sandbox.createIsolate(manifest);
    await expect(sandbox.executeInSandbox(isolate, "for (;;);", {})).rejects.toMatchObject({ limit: "cpu" });
    expect(sandbox.getMemoryUsage(isolate)).toBe(0);
    await sandbox.executeInSandbox(isolate, "1", {});
    expect(sandbox.getMemoryUsage(isolate)).toBeGreaterThan(100_000);
  });

  it("fails what runs beside the one that a limit ends, by that limit", async () => {
    await using sandbox = new IsolatedVmSandbox();
    const isolate = await sandbox.createIsolate(manifest);
    const beside = sandbox.executeInSandbox(isolate, "new Promise(() => {})", {});
    const looping = sandbox.executeInSandbox(isolate, "for (;;);", {});
    for (const failing of [looping, beside])
      await expect(failing).rejects.toMatchObject({ code: "ERR_PLUGIN_LIMIT", limit: "cpu" });
    expect(await sandbox.executeInSandbox(isolate, "1", {})).toBe(1);
  });

  it("fails what runs beside one that has used up its CPU time between waits, by that limit", async () => {
    await using sandbox = new IsolatedVmSandbox();
    const limits = { cpuTimeMs: 400, wallTimeMs: 60_000 };
    const isolate = await sandbox.createIsolate({ ...manifest, limits });
    const half = Promise.withResolvers<void>();
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      if (ticks === 5) half.resolve();
    };
    const code = "for (;;) { const end = Date.now() + 20; while (Date.now() < end); await context.articles.tick(); }";
    const spending = sandbox.executeInSandbox(isolate, code, { articles: { tick } });
    const failing = expect(spending).rejects.toMatchObject({ code: "ERR_PLUGIN_LIMIT", limit: "cpu" });
    await half.promise;
    const beside = sandbox.executeInSandbox(isolate, "new Promise(() => {})", {});
    await expect(beside).rejects.toMatchObject({ code: "ERR_PLUGIN_LIMIT", limit: "cpu" });
    await failing;
    expect(await sandbox.executeInSandbox(isolate, "1", {})).toBe(1);
  });

  it("gives a new guest to an isolate whose process was killed", async () => {
    await childrenFall(0);
    await using sandbox = new IsolatedVmSandbox();
    const isolate = await sandbox.createIsolate(manifest);
    const waiting = sandbox.executeInSandbox(isolate, "new Promise(() => {})", {});
    for (const child of childrenOf(process.pid)) process.kill(child, "SIGKILL");
    await expect(waiting).rejects.toMatchObject({ code: "ERR_PLUGIN_DISPOSED", message: "Its cell has crashed" });
    expect(await sandbox.executeInSandbox(isolate, "40 + 2", {})).toBe(42);
  });

  it("refuses results that are too large, and goes on", async () => {
    await using sandbox = new IsolatedVmSandbox(undefined, { resultLimitBytes: 10_000 });
    const isolate = await sandbox.createIsolate(manifest);
    await sandbox.executeInSandbox(isolate, "globalThis.kept = 1", {});
    const large = sandbox.executeInSandbox(isolate, "'x'.repeat(20_000)", {});
    await expect(large).rejects.toMatchObject({ code: "ERR_PLUGIN_LIMIT", limit: "result" });
    expect(await sandbox.executeInSandbox(isolate, "kept", {})).toBe(1);
  });

  it("asks the host's check about what the manifest grants, and tells of each call", async () => {
    const records: ServiceRecord[] = [];
    const lines: string[] = [];
    await using sandbox = new IsolatedVmSandbox(loggerTo(lines), {
      check: ({ service, method, args }) => service === "articles" && method === "get" && args[0] === 1,
      onServiceCall: (record) => void records.push(record),
    });
    const isolate = await sandbox.createIsolate(manifest);
    const articles = { get: (id: unknown) => `article ${id}` };
    const code = "[await context.articles.get(1), await context.articles.get(2).catch((error) => error.code)]";
    expect(await sandbox.executeInSandbox(isolate, code, { articles })).toEqual(["article 1", "ERR_PLUGIN_PERMISSION"]);
    expect(records.map(({ plugin, outcome }) => `${plugin} ${outcome}`)).toEqual(["a done", "a denied"]);
    expect(lines).toContain("debug Call of a service: done");
    expect(lines).toContain("warn Call of a service: denied");
  });

  it("goes on where the logger fails", async () => {
    const fail = (): never => {
      throw new Error("no disk");
    };
    await using sandbox = new IsolatedVmSandbox({ debug: fail, info: fail, warn: fail, error: fail });
    const isolate = await sandbox.createIsolate(manifest);
    expect(await sandbox.executeInSandbox(isolate, "1", {})).toBe(1);
  });

  it("says in the log what a guest leaves unhandled, so that it forges no line", async () => {
    const lines: string[] = [];
    await using sandbox = new IsolatedVmSandbox(loggerTo(lines));
    const isolate = await sandbox.createIsolate(manifest);
    const code = "Promise.reject(new Error('it\\nerror \\u001b[2J forged')); 1";
    await sandbox.executeInSandbox(isolate, code, {});
    await until(() => lines.some((line) => line.startsWith("warn Its guest says")));
    expect(lines.join("")).toContain(String.raw`it\nerror \u{1b}[2J forged`);
  });

  it("says within bounds what a plugin makes it say", async () => {
    const lines: string[] = [];
    await using sandbox = new IsolatedVmSandbox(loggerTo(lines), { check: () => false });
    const isolate = await sandbox.createIsolate({ ...manifest, limits: { cpuTimeMs: 20_000, wallTimeMs: 60_000 } });
    const code =
      "for (let turn = 0; turn < 20; turn++) await Promise.allSettled(Array.from({ length: 90 }, () => context.articles.get())); 1";
    const began = performance.now();
    await sandbox.executeInSandbox(isolate, code, { articles: { get: () => 1 } });
    const denials = lines.filter((line) => line === "warn Call of a service: denied").length;
    expect(denials).toBeGreaterThanOrEqual(1_000);
    expect(denials).toBeLessThanOrEqual(Math.min(1_799, 1_001 + (performance.now() - began) / 10));
    expect(lines).toContain("warn It logs too much: lines are left out");
  });

  it.each<readonly [field: string, options: object]>([
    ["more", { more: 1 }],
    ["check", { check: true }],
    ["onServiceCall", { onServiceCall: {} }],
    ["callsAtOnce", { callsAtOnce: 0 }],
    ["serviceTimeoutMs", { serviceTimeoutMs: "1" }],
    ["resultLimitBytes", { resultLimitBytes: Number.POSITIVE_INFINITY }],
    ["runtime", { runtime: {} }],
  ])("names an option that is none: %s", (field, options) => {
    const make = (): unknown => new IsolatedVmSandbox(undefined, options as SandboxOptions);
    expect(make).toThrow(
      expect.objectContaining({ code: "ERR_PLUGIN_OPTION", issues: [expect.objectContaining({ field })] }),
    );
  });

  it("refuses a context that is none", async () => {
    await using sandbox = new IsolatedVmSandbox();
    const isolate = await sandbox.createIsolate(manifest);
    const contexts = [
      undefined,
      null,
      "x",
      { services: 1 },
      { signal: {} },
      { timeoutMs: 0 },
      { timeoutMs: "1" },
      { articles: 1 },
    ];
    for (const context of contexts) await refuses(sandbox, isolate, context as SandboxContext);
    expect(await sandbox.executeInSandbox(isolate, "Object.keys(context)", { articles: null })).toEqual([]);
  });

  it("refuses a method that the manifest names and the service does not have", async () => {
    await using sandbox = new IsolatedVmSandbox();
    const isolate = await sandbox.createIsolate({ ...manifest, permissions: { services: { articles: ["find"] } } });
    const running = sandbox.executeInSandbox(isolate, "1", { articles: { get: () => 1 } });
    await expect(running).rejects.toMatchObject({ code: "ERR_PLUGIN_PERMISSION" });
  });

  it("makes services for an execution by functions that are told for whom", async () => {
    await using sandbox = new IsolatedVmSandbox();
    const isolate = await sandbox.createIsolate(manifest);
    const context: SandboxContext = { articles: ({ id }: { readonly id: string }) => ({ mine: () => id }) };
    expect(await sandbox.executeInSandbox(isolate, "return context.articles.mine()", context)).toBe("a");
  });
});

async function refuses(sandbox: IsolatedVmSandbox, isolate: SandboxIsolate, context: SandboxContext): Promise<void> {
  await expect(sandbox.executeInSandbox(isolate, "1", context)).rejects.toMatchObject({ code: "ERR_PLUGIN_ARGUMENT" });
}

function bareRuntime(): BareRuntime {
  return new BareRuntime({ systemDriver: createNodeDriver(), runtimeDriverFactory: createNodeRuntimeDriverFactory() });
}

function loggerTo(lines: string[]): ILogger {
  const line = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}

/** A sandbox with two isolates, one of which is busy when it ends. */
async function liveAndEnd(end: (sandbox: IsolatedVmSandbox) => unknown): Promise<void> {
  const sandbox = new IsolatedVmSandbox();
  const [isolate] = await Promise.all([sandbox.createIsolate(manifest), sandbox.createIsolate(manifest)]);
  expect(childrenOf(process.pid).length).toBeGreaterThan(0);
  const { promise: isReady, resolve: ready } = Promise.withResolvers<void>();
  const code = "await context.articles.ready(); return new Promise(() => {})";
  const waiting = sandbox.executeInSandbox(isolate, code, { articles: { ready } });
  const failing = expect(waiting).rejects.toThrow(/^The isolate was disposed of$/);
  await isReady;
  await end(sandbox);
  await failing;
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
    return children.flatMap((child) => [child, ...childrenOf(child)]);
  } catch {
    return [];
  }
}

/** They are ended by signals: the system takes a moment. */
async function childrenFall(count: number): Promise<void> {
  await until(() => childrenOf(process.pid).length === count);
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error("it has not come to that in twenty seconds");
    await sleep(20);
  }
}
