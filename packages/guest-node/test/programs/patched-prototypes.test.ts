import { describe, expect, it } from "vitest";
import { readLibrary, runInGuest } from "../harness/run-program.ts";

describe("a program that patches prototypes meets nothing of the guest's own", () => {
  it("neither in the maps that signals are kept in", async () => {
    const { stdout } = await runInGuest(`
      const seen = [];
      for (const type of [Map, WeakMap, Set, WeakSet]) for (const name of Object.getOwnPropertyNames(type.prototype)) {
        const own = Object.getOwnPropertyDescriptor(type.prototype, name);
        if (name === "constructor") continue;
        const key = own.get ? "get" : "value";
        const original = own[key];
        Object.defineProperty(type.prototype, name, { ...own, [key](...given) { seen.push(name); return Reflect.apply(original, this, given); } });
      }
      process.on("SIGUSR2", () => {});
      process.kill(process.pid, "SIGWINCH");
      process.kill(process.pid, "SIGUSR2");
      console.log(seen.join() || "nothing");
      process.removeAllListeners("SIGUSR2");`);
    expect(stdout).toBe("nothing\n");
  });
});

describe("what an object's own clone method names", () => {
  const forge = (info: string) => `
    const symbols = Object.getOwnPropertySymbols(Blob.prototype);
    const clone = symbols.find((s) => String(s).includes("clone"));
    const deserialize = symbols.find((s) => String(s).includes("deserialize"));
    let stolen;
    Object.prototype[deserialize] = function () { stolen ??= this.constructor; };
    const forged = new Blob([]);
    forged[clone] = () => ({ data: 0, deserializeInfo: ${info} });
    try { structuredClone(forged); } catch (e) { console.log(e.name, e.code); }
    delete Object.prototype[deserialize];
    console.log(String(stolen));`;
  const infos = [
    '"internal/bootstrap/realm:BuiltinModule"',
    '"events:EventEmitter"',
    '"internal/test/transfer:F"',
    '"toString"',
    '{ toString: () => "internal/bootstrap/realm:BuiltinModule" }',
    '["internal/bootstrap/realm:BuiltinModule"]',
    "undefined",
  ];
  for (const info of infos) {
    it(`${info} is not required from the library`, async () => {
      const { stdout } = await runInGuest(forge(info));
      expect(stdout).toBe("DataCloneError 25\nundefined\n");
    });
  }

  it("is not told apart by what a program has made of splitting a text", async () => {
    const { stdout } = await runInGuest(`
      const seen = [];
      Object.defineProperty(String.prototype, Symbol.split, { get() { seen.push(String(this)); return () => ["internal/bootstrap/realm", "BuiltinModule"]; }, configurable: true });
      const made = structuredClone(new Blob(["a"]));
      require("util").parseEnv('A="1\\n2"');
      delete String.prototype[Symbol.split];
      console.log(made.constructor.name, seen.join() || "nothing");`);
    expect(stdout).toBe("Blob nothing\n");
  });

  it("is heeded for every pair that Node's library names", async () => {
    const { travellers } = await import("../../src/guest/messaging/travellers.table.ts");
    const named = new Set<string>();
    for (const [id, source] of Object.entries(readLibrary())) {
      if (id === "internal/worker/js_transferable" || id === "internal/test/transfer") continue;
      for (const [, info] of source.matchAll(/deserializeInfo:\s*'([^']+)'/g)) named.add(info as string);
    }
    expect([...named].sort()).toEqual(Object.keys(travellers).sort());
    for (const [info, { module, name }] of Object.entries(travellers)) expect(`${module}:${name}`).toBe(info);
  });

  it("still lets what Node's library can clone travel", async () => {
    const { stdout } = await runInGuest(`
      const { createHistogram } = require("perf_hooks");
      const { transferableAbortController } = require("util");
      const { port1, port2 } = new MessageChannel();
      const cloned = [new Blob(["a"]), new File(["a"], "b"), createHistogram(), new DOMException("a", "b")];
      for (const value of cloned) console.log(structuredClone(value).constructor.name);
      const moved = [new ReadableStream(), new WritableStream(), new TransformStream(), transferableAbortController().signal];
      for (const value of moved) console.log(structuredClone(value, { transfer: [value] }).constructor.name);
      port1.postMessage(cloned[0]);
      port2.on("message", (blob) => { console.log(blob.size); port2.close(); });`);
    expect(stdout.trim().split("\n")).toEqual(
      "Blob File RecordableHistogram DOMException ReadableStream WritableStream TransformStream AbortSignal 1".split(
        " ",
      ),
    );
  });
});

describe("process._kill without the checks of process.kill", () => {
  for (const given of [
    "",
    "process.pid",
    "process.pid, NaN",
    "process.pid, {}",
    "process.pid, '0'",
    "process.pid, 0.5",
  ]) {
    it(`(${given}) sends no signal`, async () => {
      const { stdout, code } = await runInGuest(`console.log(typeof process._kill(${given}));`);
      expect({ stdout, code }).toEqual({ stdout: "number\n", code: 0 });
    });
  }
});
