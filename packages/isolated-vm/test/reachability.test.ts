import { BareRuntime, bareCalls, WebRuntime } from "@vivarium/core";
import { loadGuestParts, loadThreadControls, openNativeHelper } from "@vivarium/guest-node";
import { afterAll, describe, expect, test } from "vitest";
import { loadIsolatedVmPackage } from "../src/engine/load-isolated-vm.ts";
import { createGuestIsolate, createWindow } from "../src/guest/create-guest-isolate.ts";
import { SharedTexts } from "../src/guest/shared-texts.ts";
import { createNodeRuntimeDriverFactory } from "../src/index.ts";
import { openDriver } from "./driver/open-driver.ts";

/**
 * A function of guest code that walks everything that can be reached from its arguments, through properties, symbols,
 * getters and prototypes, and answers where it met something that only isolated-vm makes.
 */
const walker = `(function walk(roots, invokeGetters) {
  const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
  const classes = ["Reference", "ExternalCopy", "Isolate", "Context", "Script", "Callback", "NativeModule", "Module", "Session"];
  const methods = ["derefInto", "copyInto", "applySync", "applyIgnored", "createContextSync", "compileScriptSync", "copySync", "createSync", "getHeapStatisticsSync"];
  const found = [];
  const seen = new Set();
  const queue = roots.map((value, index) => [value, "root" + index]);
  let count = 0;
  const visit = (value, path) => {
    if ((typeof value !== "object" || value === null) && typeof value !== "function") return;
    if (seen.has(value)) return;
    seen.add(value);
    queue.push([value, path]);
  };
  for (const [value, path] of queue.splice(0)) visit(value, path);
  while (queue.length > 0) {
    const [value, path] = queue.pop();
    count += 1;
    let keys;
    try { keys = ownKeys(value); } catch { continue; }
    const isTyped = ArrayBuffer.isView(value);
    for (const key of keys) {
      if (isTyped && typeof key === "string" && /^\\d+$/.test(key)) continue;
      const name = path + "." + String(key);
      if (methods.includes(key)) found.push(name);
      const descriptor = getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      visit(descriptor.value, name);
      visit(descriptor.get, name + "[get]");
      visit(descriptor.set, name + "[set]");
      if (invokeGetters && descriptor.get !== undefined) {
        try { visit(descriptor.get.call(value), name); } catch {}
      }
    }
    let prototype;
    try { prototype = getPrototypeOf(value); } catch {}
    visit(prototype, path + ".__proto__");
    try {
      const owner = prototype === null ? undefined : getOwnPropertyDescriptor(prototype, "constructor");
      if (classes.includes(owner?.value?.name) && !/vm|module|Module|Script/.test(path)) found.push(path + ": " + owner.value.name);
    } catch {}
  }
  return { found, count };
})`;

describe("no isolated-vm handle is reachable", () => {
  const opened = openDriver({ cells: "process" });
  afterAll(() => opened[Symbol.asyncDispose]());

  test("from the global object, the module's scope and every public module", async () => {
    const program = `
      const modules = [];
      for (const name of require("node:module").builtinModules) try { modules.push(require(name)); } catch {}
      const roots = [globalThis, require, module, exports, arguments, process, ...modules, (() => {}), (async () => {}), (function* () {})];
      const { found, count } = ${walker}(roots, false);
      process.stdout.write(JSON.stringify({ found, count, modules: modules.length }));
    `;
    const { found, count, modules } = JSON.parse(await opened.output(program));
    expect(found).toEqual([]);
    expect(count).toBeGreaterThan(3000);
    expect(modules).toBeGreaterThan(30);
  });

  test("from the getters of the global object and of process", async () => {
    const program = `
      process.on("unhandledRejection", () => {});
      const { found } = ${walker}([globalThis, process], true);
      process.stdout.write(JSON.stringify(found));
    `;
    expect(JSON.parse(await opened.output(program))).toEqual([]);
  });

  test.each([
    ["web", WebRuntime],
    ["bare", BareRuntime],
  ])("from anything that a %s program finds, getters asked and errors thrown", async (_, Profiled) => {
    await using runtime = new Profiled({
      systemDriver: { permissions: {}, processConfig: {}, osConfig: {} },
      runtimeDriverFactory: createNodeRuntimeDriverFactory(),
    });
    const program = `
      const errors = [];
      for (const work of [() => import("none"), () => null.x, () => { const f = () => f(); f() }])
        try { await work() } catch (error) { errors.push(error) }
      globalThis.addEventListener?.("unhandledrejection", (event) => event.preventDefault());
      Promise.prototype.catch.call(Promise.resolve(), () => {});
      const roots = [globalThis, import.meta, errors, (() => {}), (async () => {}), (function* () {}), await import("none").catch((e) => e)];
      export default ${walker}(roots, ${Profiled === WebRuntime});
    `;
    const { exports, errorMessage } = await runtime.run<{ default: { found: string[]; count: number } }>(program);
    expect(exports?.default.found, errorMessage).toEqual([]);
    expect(exports?.default.count).toBeGreaterThan(500);
  });

  test.each(["node", "bare"] as const)("from what the bundle of a %s guest is given at boot", (base) => {
    const reports: string[] = [];
    const calls = {
      // The first that a bare guest has.
      [bareCalls[0] ?? ""]: (_request: number, _input: number | Uint8Array, text: unknown) =>
        void reports.push(String(text)),
    };
    const entries = [
      "rehearse",
      "start",
      "main",
      "turn",
      "deliver",
      "beforeExit",
      "exit",
      "collectExports",
      "collectGarbage",
    ];
    const bundle = `return function (native, calls, window, setup, uncached) {
      const { found, count } = ${walker}([native, calls, window, setup, uncached, globalThis, this], true);
      const kinds = typeof calls === "function" ? typeof calls : Object.keys(calls).map((name) => typeof calls[name]).join();
      const report = typeof calls === "function" ? (...args) => calls(0, ...args) : Object.values(calls)[0];
      report(0, 0, JSON.stringify({ found, count, kinds }));
      return { ${entries.map((name) => `${name}() {}`).join(", ")} };
    };`;
    const engine = loadIsolatedVmPackage();
    const parts = { ...loadGuestParts(), bundle, bareBundle: bundle };
    createGuestIsolate({
      engine,
      texts: new SharedTexts(engine),
      helper: openNativeHelper((file) => new engine.NativeModule(file)),
      watch: loadThreadControls(),
      base,
      memoryLimitMb: 32,
      calls,
      window: createWindow(),
      parts,
    }).dispose();
    expect(reports).toHaveLength(1);
    const { found, count, kinds } = JSON.parse(reports[0] ?? "");
    expect(found).toEqual([]);
    expect(kinds).toBe("function");
    expect(count).toBeGreaterThan(100);
  });

  test("and the walk would have found one", () => {
    const walk = new Function(`return ${walker}`)() as (roots: unknown[], getters: boolean) => { found: string[] };
    class Reference {
      derefInto(): void {}
    }
    expect(walk([{ deep: { er: new Reference() } }], false).found.length).toBeGreaterThan(0);
  });
});
