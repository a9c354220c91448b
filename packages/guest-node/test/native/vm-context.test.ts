import vm from "node:vm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

let guest: NativeGuest;
beforeEach(() => {
  guest = createNativeGuest();
});
afterEach(() => guest[Symbol.dispose]());

/** What is compared of the object: its own properties, without running any. */
const held =
  "Object.entries(Object.getOwnPropertyDescriptors(object)).map(([name, { value, ...rest }]) => [name, String(value), rest])";

/** What a script in a context of this object ends in, and what the object then holds, as JSON. */
const inGuest = (object: string, code: string): unknown =>
  guest.run(
    `const { makeContext, compileScript, runScript } = native.contextify;
     const object = ${object};
     makeContext(object, 'test', undefined, true, true, false, symbol);
     let result;
     try { result = runScript(compileScript($0, 'test.js', 0, 0, undefined, false, object, symbol).script, object, false); }
     catch (error) { result = 'threw ' + error; }
     return JSON.stringify([String(result), ${held}]);`,
    code,
  );

const inHost = (source: string, code: string): unknown => {
  const object: object = vm.createContext(vm.runInThisContext(`(${source})`) as object);
  let result: unknown;
  try {
    result = vm.runInContext(code, object, { filename: "test.js" });
  } catch (error) {
    result = `threw ${String(error)}`;
  }
  const names = Object.getOwnPropertyDescriptors(object);
  return JSON.stringify([
    String(result),
    Object.entries(names).map(([name, { value, ...rest }]) => [name, String(value), rest]),
  ]);
};

const programs: readonly (readonly [object: string, code: string])[] = [
  ["{}", "var a = 1; let b = 2; c = 3; this.d = 4; function e() {} ; [typeof a, typeof e, b]"],
  ["{ a: 1 }", "a++; a += globalThis.a; 'a' in globalThis"],
  ["{}", "'use strict'; undeclared = 1"],
  ["{}", "'use strict'; function f() {} ; var g = f; typeof g"],
  ["{ get x() { return 7; }, set x(v) { this.seen = v; } }", "x = 5; x"],
  ["Object.defineProperty({}, 'fixed', { value: 1, enumerable: true })", "fixed = 2; fixed"],
  ["Object.defineProperty({}, 'fixed', { value: 1 })", "'use strict'; fixed = 2"],
  ["{ a: 1, b: 2 }", "delete a; delete globalThis.b; Object.keys(globalThis)"],
  ["Object.defineProperty({}, 'k', { value: 1, configurable: false })", "delete globalThis.k"],
  [
    "{}",
    "Object.defineProperty(globalThis, 'p', { value: 1, enumerable: false, configurable: true, writable: true }); JSON.stringify(Object.getOwnPropertyDescriptor(globalThis, 'p'))",
  ],
  ["{}", "Object.defineProperty(globalThis, 'q', { get() { return 9; }, configurable: true }); q"],
  [
    "{ a: 1 }",
    "JSON.stringify([Object.getOwnPropertyDescriptor(this, 'a'), Object.getOwnPropertyDescriptor(this, 'Array') !== undefined])",
  ],
  ["{ self: 0 }", "self = globalThis; self === globalThis && self.self === this"],
  [
    "Object.create({ inherited: 3 })",
    "inherited + ('inherited' in globalThis) + Object.hasOwn(globalThis, 'inherited')",
  ],
  [
    "{ 5: 'five', 7: 'seven' }",
    "globalThis[6] = 'six'; [this[5], globalThis[6], 7 in this, Object.keys(this).sort()].join()",
  ],
  ["{}", "for (const name in { a: 1 }) globalThis[name + 1] = name; Object.keys(globalThis)"],
  ["{}", "[[] instanceof Array, Object.prototype.toString.call(globalThis), this.constructor.name].join()"],
  ["{ Array: 5 }", "Array"],
  ["{}", "typeof process + typeof require + typeof console"],
  ["{}", "const o = 1; { const o = 2; } eval('o + 1')"],
  ["{ undefinedProperty: undefined }", "'undefinedProperty' in globalThis && typeof undefinedProperty"],
  ["{}", "globalThis[Symbol.for('s')] = 1; Object.getOwnPropertySymbols(globalThis).length"],
  ["{}", "throw new TypeError('own')"],
  ["{}", "let x = ;"],
];

/** An object whose prototype is a proxy that throws in one of its traps. */
const trapped = (trap: string): string =>
  `Object.create(new Proxy({ a: 1 }, { ${trap}() { throw new Error("${trap}"); } }))`;
const traps = ["has", "getOwnPropertyDescriptor", "set", "defineProperty", "deleteProperty", "ownKeys"];
const asked = [
  "'x' in globalThis",
  "x = 1; typeof x",
  "a = 2; a",
  "var y = 3; y",
  "function f() {} typeof f",
  "delete globalThis.a",
  "Object.defineProperty(globalThis, 'd', { value: 1 }); d",
  "Object.keys(globalThis).length",
  "Object.setPrototypeOf(globalThis, new Proxy({}, { getOwnPropertyDescriptor() { throw 1 }, has() { throw 2 }, set() { throw 3 } })); 'z' in this",
  "Object.setPrototypeOf(globalThis, new Proxy({}, { getOwnPropertyDescriptor() { throw 1 }, has() { throw 2 }, set() { throw 3 } })); z = 5; z",
];
const crossed = traps.flatMap((trap) => asked.map((code) => [trap, code] as const));

describe("a context over an object", () => {
  it.each(crossed)("ends like node:vm behind a proxy whose trap %s throws: %s", (trap, code) => {
    expect(inGuest(`(${trapped(trap)})`, code)).toBe(inHost(trapped(trap), code));
  });

  it.each(asked)("ends like node:vm when it is a proxy itself: %s", (code) => {
    const object = "new Proxy({ a: 1 }, {})";
    expect(inGuest(`(${object})`, code)).toBe(inHost(object, code));
  });

  it("goes on with the termination that a trap begins", () => {
    const body = `
      const object = Object.create(new Proxy({}, { getOwnPropertyDescriptor() { native.control.terminate(); for (;;); } }));
      native.contextify.makeContext(object, 'n', undefined, true, true, false, symbol);
      native.contextify.runScript(native.contextify.compileScript('x = 1; while (true);', 'x', 0, 0, undefined, false, object, symbol).script, object, false);`;
    expect(() => guest.run(body)).toThrow(/terminated/);
  });

  it.each(programs)("ends like node:vm: %s | %s", (object, code) => {
    expect(inGuest(`(${object})`, code)).toBe(inHost(object, code));
  });

  it("hands out its global to its object's own property of itself", () => {
    expect(
      guest.run(`const object = {}; native.contextify.makeContext(object, 'n', undefined, true, true, false, symbol);
        object.me = object;
        const run = (code) => native.contextify.runScript(native.contextify.compileScript(code, 'x', 0, 0, undefined, false, object, symbol).script, object, false);
        return [run('me === globalThis'), native.contextify.globalOf(object) === run('globalThis')]`),
    ).toEqual([true, true]);
  });

  it("rethrows what a getter of its object throws", () => {
    expect(inGuest("({ get bad() { throw new Error('from getter'); } })", "bad")).toContain("from getter");
  });
});

describe("what a context may do", () => {
  it("forbids eval and WebAssembly where code generation was switched off, and there alone", () => {
    const body = `
      const object = native.contextify.makeContext({}, 'n', undefined, false, false, false, symbol);
      const run = (code, where) => native.contextify.runScript(native.contextify.compileScript(code, 'x', 0, 0, undefined, false, where, symbol).script, where, false);
      const wasm = 'new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); "made"';
      return [thrown(() => run('eval("1")', object)).name, thrown(() => run('new Function("1")', object)).name, thrown(() => run(wasm, object)).name,
        run('eval("1 + 1")', undefined), new Function('return 3')(), run(wasm, undefined)];`;
    expect(guest.run(body)).toEqual(["EvalError", "EvalError", "CompileError", 2, 3, "made"]);
  });

  it("drains its own microtasks before a run returns", () => {
    const body = `
      const object = native.contextify.makeContext({ log: [] }, 'n', undefined, true, true, $0, symbol);
      const script = native.contextify.compileScript('Promise.resolve().then(() => log.push(1)); log.length', 'x', 0, 0, undefined, false, object, symbol).script;
      native.contextify.runScript(script, object, false);
      return object.log.length;`;
    expect(guest.run(body, true)).toBe(1);
    expect(guest.run(body, false)).toBe(0);
  });

  it("can be plain, without an object behind its global", () => {
    const body = `
      const global = native.contextify.makeContext(Symbol('none'), 'n', undefined, true, true, false, symbol);
      native.contextify.runScript(native.contextify.compileScript('var a = 1', 'x', 0, 0, undefined, false, global, symbol).script, global, false);
      return [global.a, global !== globalThis, native.contextify.isContext(global), native.contextify.isContext({})];`;
    expect(guest.run(body)).toEqual([1, true, true, false]);
  });
});
