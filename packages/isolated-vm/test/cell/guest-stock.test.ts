import { decodeInert, type Execution } from "@vivarium/core";
import { loadGuestParts } from "@vivarium/guest-node";
import { createGuestConfig, HostCalls, runGuest } from "@vivarium/kernel";
import { afterEach, describe, expect, test } from "vitest";
import { GuestStock } from "../../src/cell/guest-stock.ts";
import { guestKind, kindOf } from "../../src/channel/guest-kind.ts";
import { loadIsolatedVmPackage } from "../../src/engine/load-isolated-vm.ts";

/** Exports what a program can see of the process that it finds itself in. */
const INSPECTION = `
const { AsyncResource, executionAsyncId } = require("node:async_hooks");
const { globalPaths, builtinModules, _pathCache } = require("node:module");
const describe = (object) => Reflect.ownKeys(object).map((key) => {
  const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, key);
  return [String(key), typeof value, typeof get, typeof set, JSON.stringify(flags)].join(" ");
});
module.exports = {
  globals: describe(globalThis),
  process: describe(process),
  errors: describe(Error),
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  asyncIds: [executionAsyncId(), new AsyncResource("probe").asyncId()],
  loaded: process.moduleLoadList.length,
  env: { ...process.env },
  argv: process.argv, argv0: process.argv0, execPath: process.execPath, title: process.title, pid: process.pid,
  cwd: process.cwd(), exitCode: process.exitCode,
  globalPaths, builtinModules, cached: Object.keys(require.cache),
  found: Object.keys(_pathCache), isMain: require.main === module && process.mainModule === module, children: module.children,
  warnings: process.emitWarning("seen"),
  origin: performance.timeOrigin > 1e12 && performance.now() >= 0,
};
`;

/** The same of a program that is an ES module: no CommonJS module is the first there. */
const MODULE_INSPECTION = `
import { createRequire, Module } from "node:module";
const require = createRequire(import.meta.url);
export const main = [typeof require.main, typeof process.mainModule, Object.keys(Module.prototype.require)];
export const cached = [Object.keys(require.cache), Object.keys(Module._pathCache), import.meta.main];
`;

const onDiagnostic = (): void => undefined;
const stocks: GuestStock[] = [];

afterEach(() => {
  for (const stock of stocks.splice(0)) stock.dispose();
});

function makeStock(): GuestStock {
  const stock = new GuestStock({ engine: loadIsolatedVmPackage(), parts: loadGuestParts(), onDiagnostic });
  stocks.push(stock);
  return stock;
}

async function inspectIn(
  stock: GuestStock,
  env: Record<string, string>,
  { code, filePath }: Pick<Execution, "code" | "filePath"> = { code: INSPECTION, filePath: "/app/main.js" },
): Promise<{ seen: unknown; stderr: string }> {
  const execution: Execution = {
    code,
    filePath,
    mode: "run",
    argv: ["one"],
    env,
    cwd: "/app",
    stdin: "",
    limits: {
      memoryLimit: 64,
      processOverheadLimit: 256,
      cpuTimeLimitMs: 10_000,
      wallTimeLimitMs: 10_000,
      outputLimitBytes: 1_000_000,
      resultLimitBytes: 1_000_000,
      openFilesLimit: 16,
      systemCallLimit: Number.POSITIVE_INFINITY,
      systemCallRateLimit: Number.POSITIVE_INFINITY,
      pendingCallsLimit: 10_000,
      timersLimit: 10_000,
      threadsLimit: 16,
    },
  };
  const printed: string[] = [];
  const run = {
    systemDriver: { permissions: { env: () => ({ allow: true }) }, processConfig: { pid: 7 }, osConfig: {} },
    execution: { ...execution, onStdio: ({ message }: { message: string }) => void printed.push(message) },
    onDiagnostic,
  };
  const hostCalls = new HostCalls(run);
  const config = await createGuestConfig(run);
  const { isolate, calls } = stock.take(kindOf({ config, limits: execution.limits }), config);
  try {
    calls.begin({ host: hostCalls.inlinePort(), limits: execution.limits, clock: {} });
    const { outcome, exports } = await runGuest({ isolate, calls, execution, config, onDiagnostic });
    expect(outcome).toEqual({ kind: "returned", code: 0 });
    await hostCalls.finishOutput();
    return { seen: decodeInert(exports ?? new Uint8Array()), stderr: printed.join("") };
  } finally {
    isolate.dispose();
    await hostCalls.dispose();
  }
}

describe("a guest that has rehearsed its start", () => {
  test.each<[string, Record<string, string>]>([
    ["a plain program", {}],
    ["a program with a home", { HOME: "/home/someone" }],
    ["a program with variables of its own", { NODE_ENV: "production" }],
    ["a program that asks for debugging output", { NODE_DEBUG: "module,esm" }],
    ["a program that wants no warnings", { NODE_NO_WARNINGS: "1" }],
    ["a program that names a folder of modules", { NODE_PATH: "/modules" }],
  ])("looks to %s like one that has not", async (_, env) => {
    const fresh = await inspectIn(makeStock(), env);
    const stock = makeStock();
    stock.prepare("node 64");
    expect(await inspectIn(stock, env)).toEqual(fresh);
  });

  test("looks to an ES module like one that has not: there is no main module", async () => {
    const program = { code: MODULE_INSPECTION, filePath: "/app/main.mjs" };
    const stock = makeStock();
    stock.prepare("node 64");
    const { seen } = await inspectIn(stock, {}, program);
    expect(seen).toEqual((await inspectIn(makeStock(), {}, program)).seen);
    expect(seen).toMatchObject({ main: ["undefined", "undefined", []] });
  });

  test("looks the same after many rehearsals, as a copy of a template has them", async () => {
    const fresh = await inspectIn(makeStock(), {});
    const engine = loadIsolatedVmPackage();
    const template = new GuestStock({ engine, parts: loadGuestParts(), onDiagnostic, isTemplate: true });
    stocks.push(template);
    expect([template.add("node 64"), template.add("node 64")]).toEqual([1, 2]);
    template.prepare("node 64");
    for (let guest = 0; guest < 2; guest += 1) expect(await inspectIn(template, {})).toEqual(fresh);
  });

  test("makes room for another memory limit, in a template that keeps several", () => {
    const engine = loadIsolatedVmPackage();
    const template = new GuestStock({ engine, parts: loadGuestParts(), onDiagnostic, isTemplate: true });
    stocks.push(template);
    const limits = [32, 40, 48, 56, 64];
    for (const limit of limits) template.add(guestKind("node", limit));
    expect(limits.map((limit) => template.has(guestKind("node", limit)))).toEqual([false, true, true, true, true]);
  });

  test("warns on stderr as Node does", async () => {
    const stock = makeStock();
    stock.prepare("node 64");
    expect((await inspectIn(stock, {})).stderr).toContain("Warning: seen");
  });
});
