import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineModule, guestFunction, hostFunction, type NodeRuntime } from "../src/index.ts";
import { createRuntime, sampledKinds } from "./worlds.ts";

/** Of every kind that crosses. */
const rich = {
  texts: ["ascii", "grün", "日本", "\ud800"],
  numbers: [1, 2.5, -0, 7n, -12345678901234567890n],
  long: Array.from({ length: 300 }, (_, index) => index / 3),
  mixed: Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? index : `item ${index}`)),
  keyed: new Map<unknown, unknown>([["key", new Set([1, "two"])]]),
  bytes: new Uint8Array([1, 2, 3]),
  floats: new Float64Array([0.5]),
  at: new Date(0),
  pattern: /a+/gu,
  error: Object.assign(new TypeError("wrong"), { code: "E_WRONG" }),
  holes: Object.assign(new Array(4), { 1: 1, 3: 2 }),
  bare: Object.assign(Object.create(null), { toString: 1 }),
};

const echo = defineModule({
  rich,
  async: async (...args: unknown[]) => args,
  either: (...args: unknown[]) => args,
  waited: hostFunction({ isSync: true, run: (_call, ...args: unknown[]) => args }),
  fail: (): never => {
    throw Object.assign(new RangeError("out of paper"), { code: "E_PAPER" });
  },
  ask: hostFunction({
    parameters: [guestFunction<(value: unknown) => unknown>()],
    run: async (_call, callback) => await callback.call([rich]),
  }),
  async *steps() {
    yield rich;
    yield 2;
  },
});

/** What a program does to its own realm. `hit` tells what of ours it was handed. */
const patches: Readonly<Record<string, string>> = {
  "the methods of arrays": `for (const name of ["push", "pop", "at", "slice", "map", "indexOf", "concat", "splice"])
    Array.prototype[name] = function () { hit(this); throw new Error("patched"); };`,
  "the iterator of arrays":
    "Array.prototype[Symbol.iterator] = function () { hit(this); throw new Error('patched'); };",
  "the elements that arrays inherit": `for (let index = 0; index < 400; index++)
    Object.defineProperty(Array.prototype, index, { configurable: true, get() {}, set(value) { hit(this); hit(value); } });`,
  "the methods of Map and Set": `for (const prototype of [Map.prototype, Set.prototype, WeakMap.prototype])
    for (const name of ["get", "set", "has", "add", "delete"])
      prototype[name] = function () { hit(this); throw new Error("patched"); };
  for (const prototype of [Map.prototype, Set.prototype])
    Object.defineProperty(prototype, "size", { get() { hit(this); throw new Error("patched"); } });`,
  "the methods of functions": `for (const name of ["call", "apply", "bind"])
    Function.prototype[name] = function () { hit(this); throw new Error("patched"); };`,
  "the methods of bytes": `const typed = Object.getPrototypeOf(Uint8Array.prototype);
  for (const name of ["set", "subarray", "slice", "fill"])
    typed[name] = function () { hit(this); throw new Error("patched"); };
  for (const name of ["getFloat64", "getUint32", "setFloat64"])
    DataView.prototype[name] = function () { hit(this); throw new Error("patched"); };`,
  "the getters of bytes": `const typed = Object.getPrototypeOf(Uint8Array.prototype);
  for (const name of ["buffer", "byteOffset", "byteLength", "length"])
    Object.defineProperty(typed, name, { get() { hit(this); throw new Error("patched"); } });`,
  "the constructors of bytes and promises": `for (const each of [Uint8Array, ArrayBuffer, Promise])
    Object.defineProperty(each.prototype, "constructor", { get() { hit(this); return each; } });`,
  "the static methods": `const { getOwnPropertyNames } = Object;
  for (const each of [Object, Reflect, Math, Array, Number, JSON])
    for (const name of getOwnPropertyNames(each))
      if (name !== "prototype" && typeof each[name] === "function")
        each[name] = (...args) => { args.forEach(hit); throw new Error("patched"); };`,
  "the globals": `for (const name of ["Object", "Array", "Map", "Set", "Promise", "Reflect", "Math", "Uint8Array", "Float64Array",
    "Error", "TypeError", "RangeError", "Symbol", "RegExp", "Date", "JSON", "BigInt"]) globalThis[name] = undefined;`,
  "the properties that objects inherit": `for (const name of ["kind", "value", "name", "message", "code", "details", "live",
    "text", "onPiece", "maxDepth", "maxNodes", "limitBytes", "resource", "ref", "get", "set", "enumerable", "frame", "depth",
    "texts", "numbers", "target", "done", "callee", "error"])
    Object.defineProperty(Object.prototype, name, { __proto__: null, configurable: true, set(value) { hit(this); hit(value); } });`,
  "what options would inherit": `Object.assign(Object.prototype, { live: () => 7, maxDepth: 0, maxNodes: 0, limitBytes: 1,
    onPiece: hit, text: { decode: () => "patched" } });`,
  "expressions and errors": `for (const name of ["exec", "test"])
    RegExp.prototype[name] = function () { hit(this); throw new Error("patched"); };
  Object.defineProperty(Error, "stackTraceLimit", { get() { throw new Error("patched"); }, set() { throw new Error("patched"); } });
  Object.defineProperty(Error.prototype, "name", { get() { return "patched"; } });`,
};

/** `hit` looks for what no program may be handed: shared memory, and anything of another realm. */
const watch = `
  const { getPrototypeOf } = Object; const Shared = SharedArrayBuffer.prototype;
  const buffer = Object.getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), "buffer").get;
  const { apply } = Reflect; const objectPrototype = Object.prototype;
  const leaks = { __proto__: null }; let count = 0;
  const isView = ArrayBuffer.isView;
  const hit = (value) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
    if (isView(value)) {
      let memory; try { memory = apply(buffer, value, []); } catch {}
      if (memory !== undefined && getPrototypeOf(memory) === Shared) leaks[count++] = "shared memory";
    }
    let top = value;
    for (let next = value; next !== null; next = getPrototypeOf(next)) top = next;
    if (top !== objectPrototype && getPrototypeOf(value) !== null) leaks[count++] = "another realm";
  };
`;

const use = `
  export const hits = () => count;
  export async function all(given) {
    const failed = async () => { try { await host.fail(); } catch (error) { return [error.code, error.message]; } };
    const iterator = await host.steps();
    const steps = { first: await iterator.next(), second: await iterator.next(), third: await iterator.next() };
    return { given, constant: host.rich, async: await host.async(given), either: host.either(given), waited: host.waited(given),
      asked: await host.ask((value) => value), failed: await failed(), steps };
  }
`;

describe.each(sampledKinds)("a guest in a %s cell that patches", (cells) => {
  let runtime: NodeRuntime;
  beforeAll(() => {
    runtime = createRuntime({ cells, modules: { "host:echo": echo } });
  });
  afterAll(() => runtime.dispose());

  test.each(Object.entries(patches))("%s gets its values all the same, and nothing of ours", async (_what, patch) => {
    const before = `import host from "host:echo"; ${watch} ${patch} ${use}`;
    const after = `${watch} ${patch} const { default: host } = await import("host:echo"); ${use}`;
    // Node's own library cannot import any more, and neither can Node. And where the values come from is decided by then:
    // a cell that is a thread runs the same guest.
    const isImportedFirst = patch === patches["the elements that arrays inherit"] || cells === "worker";
    const programs = isImportedFirst ? [before] : [before, after];
    for (const program of programs) {
      await using guest = await runtime.load(program, "/program.mjs");
      expect(await guest.call("all", [rich])).toEqual({
        given: rich,
        constant: rich,
        async: [rich],
        either: [rich],
        waited: [rich],
        asked: rich,
        failed: ["E_PAPER", "out of paper"],
        steps: {
          first: { done: false, value: rich },
          second: { done: false, value: 2 },
          third: { done: true, value: undefined },
        },
      });
      expect(await guest.call("hits")).toBe(0);
    }
  });
});
