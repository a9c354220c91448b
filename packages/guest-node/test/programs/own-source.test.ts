import { describe, expect, it } from "vitest";
import { runInGuest } from "../harness/run-program.ts";

const DEEP = `"let a = " + "(".repeat(100000)`;

/** What only guest-side code of ours holds. */
const ours = /vivarium|=>|guest\.calls|ObjectDefineProperty|reflectApply/i;

describe("a program is never shown the source of the guest's own code", () => {
  it("by a module that is nested too deeply to be compiled", async () => {
    const source = `let a = ${"(".repeat(100_000)}`;
    const { stderr, code } = await runInGuest(source);
    expect(stderr).toContain("RangeError: Maximum call stack size exceeded");
    expect(stderr).toMatch(/^node:internal\/modules\/cjs\/loader:\d+\n/);
    expect(stderr).not.toMatch(ours);
    expect(stderr.length).toBeLessThan(3000);
    expect(code).toBe(1);
  });

  const ways: readonly string[] = [
    `new (require("vm").Script)(${DEEP})`,
    `require("vm").compileFunction(${DEEP})`,
    `require("vm").runInNewContext(${DEEP})`,
    `require("/w/deep.js")`,
    `eval(${DEEP})`,
  ];
  for (const way of ways) {
    it(`by the stack of what ${way} throws`, async () => {
      const files = { "/w/deep.js": `let a = ${"(".repeat(100_000)}` };
      const { stdout } = await runInGuest(
        `try { ${way}; } catch (e) { console.log(e.name, e.stack, require("util").inspect(e)); }`,
        { files },
      );
      expect(stdout).toMatch(/^RangeError /);
      expect(stdout).not.toMatch(ours);
      expect(stdout.length).toBeLessThan(4000);
    });
  }

  it("nor by the text of what stands in the stead of V8's functions", async () => {
    const { stdout } = await runInGuest(`
      const look = (global) => {
        const { FinalizationRegistry, Atomics, WebAssembly, Function } = global;
        const { waitAsync, notify } = Atomics;
        for (const f of [FinalizationRegistry, waitAsync, notify, WebAssembly.compile, WebAssembly.instantiate]) {
          console.log(String(f), f.length, f instanceof Function, Object.getPrototypeOf(f) === Function.prototype);
        }
      };
      look(globalThis);
      look(require("vm").runInNewContext("globalThis"));`);
    const one = [
      "function FinalizationRegistry() { [native code] } 1 true true",
      "function waitAsync() { [native code] } 4 true true",
      "function notify() { [native code] } 3 true true",
      "function compile() { [native code] } 1 true true",
      "function instantiate() { [native code] } 1 true true",
    ];
    expect(stdout.trim().split("\n")).toEqual([...one, ...one]);
  });

  it("and they behave as V8's do", async () => {
    const { stdout } = await runInGuest(`
      class Own extends FinalizationRegistry { get mark() { return 1; } }
      const own = new Own(() => {});
      console.log(own instanceof Own, own instanceof FinalizationRegistry, own.mark, own.register({}, 1));
      console.log(new FinalizationRegistry(() => {}).constructor === FinalizationRegistry);
      console.log(JSON.stringify(Object.getOwnPropertyDescriptor(FinalizationRegistry, "prototype")));
      class Other {}
      console.log(Reflect.construct(FinalizationRegistry, [() => {}], Other) instanceof Other);
      for (const wrong of [() => FinalizationRegistry(() => {}), () => new FinalizationRegistry(1), () => new Atomics.notify(), () => new WebAssembly.compile()])
        try { wrong(); } catch (e) { console.log(e.name); }
      console.log(Atomics.notify(new Int32Array(new SharedArrayBuffer(4)), 0));
      WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then((m) => console.log(m instanceof WebAssembly.Module));`);
    expect(stdout.trim().split("\n")).toEqual([
      "true true 1 undefined",
      "true",
      '{"value":{},"writable":false,"enumerable":false,"configurable":false}',
      "true",
      "TypeError",
      "TypeError",
      "TypeError",
      "TypeError",
      "0",
      "true",
    ]);
  });
});
