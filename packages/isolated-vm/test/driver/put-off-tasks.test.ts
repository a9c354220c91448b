import { afterAll, describe, expect, test } from "vitest";
import { sampledKinds } from "./cell-kinds.ts";
import { openDriver } from "./open-driver.ts";

/** Collects the old generation: it grows far beyond what a first collection waits for. */
const pressure = "const grow = () => { const all = []; for (let i = 0; i < 3e5; i++) all.push({ i }); return all; };";

describe.each(sampledKinds)("what V8 puts off, in a cell of kind %s", (cells) => {
  const opened = openDriver({ cells });
  afterAll(() => opened[Symbol.asyncDispose]());

  test("a registry's callback runs while something else keeps the guest alive, in order with its ticks and microtasks", async () => {
    const text = await opened.output(`${pressure}
      const registry = new FinalizationRegistry((held) => {
        console.log("dead", held);
        Promise.resolve().then(() => console.log("microtask"));
        process.nextTick(() => console.log("tick"));
        clearInterval(timer);
      });
      (() => registry.register({}, "object"))();
      const timer = setInterval(grow, 1);`);
    expect(text).toBe("dead object\ntick\nmicrotask\n");
  });

  test("an object that lives is not reported, and one whose token was taken back is not either", async () => {
    const text = await opened.output(`${pressure}
      const registry = new FinalizationRegistry((held) => { console.log(held); clearInterval(timer); });
      const token = {};
      globalThis.kept = {};
      (() => { registry.register({}, "taken back", token); registry.register(kept, "kept"); registry.register({}, "dead"); })();
      registry.unregister(token);
      const timer = setInterval(grow, 1);`);
    expect(text).toBe("dead\n");
  });

  test("a callback that throws ends as an uncaught exception, and the next ones still come", async () => {
    const text = await opened.output(`${pressure}
      let left = 3;
      process.on("uncaughtException", (error) => console.log("caught", error.message));
      const registry = new FinalizationRegistry(() => { if (--left === 0) clearInterval(timer); throw new Error(String(left)); });
      (() => { for (let i = 0; i < 3; i++) registry.register({}); })();
      const timer = setInterval(grow, 1);`);
    expect(text).toBe("caught 2\ncaught 1\ncaught 0\n");
  });

  test("a registry does not keep the guest alive", async () => {
    const text = await opened.output(`
      const registry = new FinalizationRegistry(() => console.log("never"));
      globalThis.kept = {}; registry.register(kept); console.log("end");`);
    expect(text).toBe("end\n");
  });

  test("a loop that is over makes no more turn for what V8 has found: what is unreferenced does not run", async () => {
    const text = await opened.output(`${pressure}
      globalThis.registry = new FinalizationRegistry(() => {});
      globalThis.kept = {};
      registry.register(kept);
      setImmediate(() => { for (let i = 0; i < 20; i++) grow(); setImmediate(() => console.log("never")).unref(); });
      console.log("end");`);
    expect(text).toBe("end\n");
  });

  test("a callback of a vm context's own registry runs", async () => {
    const text = await opened.output(`${pressure}
      globalThis.kept = {
        tell(held) { console.log(held); clearInterval(timer); },
      };
      require("vm").runInNewContext("registry = new FinalizationRegistry(tell); (() => registry.register({}, 'there'))()", kept);
      const timer = setInterval(grow, 1);`);
    expect(text).toBe("there\n");
  });

  test("a callback that never ends ends at the CPU limit", async () => {
    const report = await opened.exec(
      `${pressure} const registry = new FinalizationRegistry(() => { for (;;); }); (() => registry.register({}))();
      setInterval(grow, 1);`,
      {},
      { cpuTimeLimitMs: 1500 },
    );
    expect(report).toEqual({ outcome: { kind: "cpu-time-limit", code: 124, limitMs: 1500 } });
  });

  test("a destroy hook that never ends ends at the CPU limit, and one that ends runs without a registry of the program's", async () => {
    const drop = "(() => { new AsyncResource('dropped'); })(); const timer = setInterval(grow, 1);";
    const hooked = (destroy: string): string => `${pressure}
      const { AsyncResource, createHook } = require("async_hooks");
      createHook({ destroy() { ${destroy} } }).enable(); ${drop}`;
    const report = await opened.exec(hooked("for (;;);"), {}, { cpuTimeLimitMs: 1500 });
    expect(report).toEqual({ outcome: { kind: "cpu-time-limit", code: 124, limitMs: 1500 } });
    expect(await opened.output(hooked("console.log('destroyed'); clearInterval(timer);"))).toContain("destroyed\n");
  });

  test("a guest that makes registries and garbage for ever ends at the CPU limit", async () => {
    const report = await opened.exec(
      `const registry = new FinalizationRegistry(() => {});
      setInterval(() => { for (let i = 0; i < 1e5; i++) registry.register({ i }, i); }, 0);`,
      {},
      { cpuTimeLimitMs: 300 },
    );
    expect(report.outcome.kind).toBe("cpu-time-limit");
  });

  test("an asynchronous wait that loops in what follows it ends at the CPU limit", async () => {
    const report = await opened.exec(
      `const array = new Int32Array(new SharedArrayBuffer(4));
      Atomics.waitAsync(array, 0, 0, 5).value.then(() => { for (;;); }); setTimeout(() => {}, 5000);`,
      {},
      { cpuTimeLimitMs: 300 },
    );
    expect(report).toEqual({ outcome: { kind: "cpu-time-limit", code: 124, limitMs: 300 } });
  });
});
