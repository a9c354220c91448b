import { types } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

let guest: NativeGuest;
beforeEach(() => {
  guest = createNativeGuest();
});
afterEach(() => guest[Symbol.dispose]());

const values = `[null, 1, 'a', {}, new Date(), (function () { return arguments; })(), Object(1n), Object(true), Object(1), Object('s'), Object(Symbol()), new Error(), /x/,
  async () => {}, function* () {}, (function* () {})(), Promise.resolve(), new Map(), new Set(), new Map().keys(), new Set().values(), new WeakMap(), new WeakSet(),
  new ArrayBuffer(1), new DataView(new ArrayBuffer(1)), new SharedArrayBuffer(1), new Proxy({}, {}), new Uint8Array(1), class {}, Object.create(new Error())]`;

describe("types", () => {
  it("answers every predicate as util.types does", () => {
    const host = new Function(`return ${values}`)() as unknown[];
    const names = Object.keys(
      guest.run("return { ...Object.fromEntries(Object.keys(native.types).map((name) => [name, true])) }") as object,
    );
    const shared = names.filter((name) => name in types);
    expect(shared.length).toBeGreaterThan(25);
    for (const name of shared) {
      const predicate: (value: unknown) => boolean = types[name as "isMap"];
      expect([name, guest.run(`return ${values}.map(native.types.${name})`)]).toEqual([
        name,
        host.map((value) => predicate(value)),
      ]);
    }
  });
});

describe("util", () => {
  it("looks into promises, proxies and collections", () => {
    const body = `
      const u = native.util; const target = { a: 1 }, handler = {};
      const proxy = new Proxy(target, handler), iterator = new Map([[1, 2]]).entries(); iterator.next();
      const details = u.getProxyDetails(proxy);
      return [u.getPromiseDetails(Promise.resolve(5)), u.getPromiseDetails(new Promise(() => {})), u.getPromiseDetails(5),
        details[0] === target && details[1] === handler, u.getProxyDetails(proxy, false) === target,
        u.previewEntries(new Set([1, 2])), u.previewEntries(new Map([[1, 2]]).entries(), true), u.previewEntries(iterator), u.previewEntries(5)];`;
    expect(guest.run(body)).toEqual([[1, 5], [0], undefined, true, true, [1, 2], [[1, 2], true], [], undefined]);
  });

  it("makes Externals that have a number and no address", () => {
    const body = `
      const { makeExternal, getExternalValue } = native.util; const { isExternal } = native.types;
      const fails = (value) => { try { makeExternal(value); return false } catch (error) { return error instanceof TypeError } };
      const one = makeExternal(7), most = makeExternal(2 ** 32 - 1);
      return [isExternal(one), isExternal({}), getExternalValue(one), getExternalValue(most), getExternalValue({}), getExternalValue(),
        Object.getPrototypeOf(one), [-1, 2 ** 32, 0.5, "1", {}, undefined].every(fails)];`;
    expect(guest.run(body)).toEqual([true, false, 7n, 4_294_967_295n, 0n, 0n, null, true]);
  });

  it("names constructors and properties that are no index", () => {
    const body = `
      const list = Object.assign([1, 2], { extra: 1 }); Object.defineProperty(list, 'hidden', { value: 1 });
      class Own {}
      return [native.util.getConstructorName(new Own()), native.util.getOwnNonIndexProperties(list, native.util.ONLY_ENUMERABLE), native.util.getOwnNonIndexProperties(list, 0)];`;
    expect(guest.run(body)).toEqual(["Own", ["extra"], ["length", "extra", "hidden"]]);
  });

  it("makes functions that stand in the stead of others, and show as the engine's own", () => {
    const body = `
      const { replace } = native.util;
      class Original { constructor(one, two) {} static get name() { return "Made"; } }
      const Made = replace(Original, (target, ...args) => target === undefined ? ["called", ...args] : Reflect.construct(Array, args, target));
      const method = replace({ tell(one) {} }.tell, (self, ...args) => [self.name, args.length]);
      const odd = Object.defineProperty(() => {}, "length", { value: "long" });
      const hostile = Object.defineProperty(() => {}, "name", { get() { throw new RangeError(); } });
      const refused = [() => replace(), () => replace(Original, {}), () => replace({}, () => 1), () => replace(odd, () => 1), () => replace(hostile, () => 1), () => new method()];
      const thrown = refused.map((work) => { try { work(); return "worked"; } catch (error) { return error.name; } });
      return [String(Made), Made.length, Made.name, Made(1, 2), new Made(3).length, method.call({ name: "self" }, 1, 2), thrown];`;
    const refused = ["TypeError", "TypeError", "TypeError", "TypeError", "RangeError", "TypeError"];
    const text = "function Made() { [native code] }";
    expect(guest.run(body)).toEqual([text, 2, "Made", ["called", 1, 2], 3, ["self", 2], refused]);
  });

  it("tells call sites and the caller's place", () => {
    const body = `
      const inner = native.contextify.compileFunction('return [native.util.getCallSites(5), native.util.getCallerLocation()]', '/lib/inner.js', 0, 0, undefined, false, undefined, undefined, [], symbol).function;
      const outer = native.contextify.compileFunction('\\nreturn (function named() { return inner(); })()', '/app/outer.js', 0, 0, undefined, false, undefined, [{ inner }], [], symbol).function;
      const [sites, location] = outer();
      return [sites[0].functionName, sites[0].scriptName, sites[0].lineNumber, location];`;
    expect(guest.run(body)).toEqual(["named", "/app/outer.js", 2, [2, 35, "/app/outer.js"]]);
  });

  it("knows code that lies under node_modules", () => {
    const ask = (file: string): unknown =>
      guest.run(
        "return native.contextify.compileFunction('return native.util.isInsideNodeModules()', $0, 0, 0, undefined, false, undefined, undefined, [], symbol).function()",
        file,
      );
    expect([ask("/app/node_modules/x/index.js"), ask("/app/index.js"), ask("C:\\node_modules\\x.js")]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("makes symbols that nobody finds", () => {
    const body = `
      const key = native.util.createPrivateSymbol('secret'); const object = {}; object[key] = 1;
      let trapped = 0; const proxy = new Proxy(object, { get() { trapped++; }, has() { trapped++; } });
      return [object[key], Reflect.ownKeys(object).length, proxy[key], trapped, native.util.createPrivateSymbol('secret') === key];`;
    expect(guest.run(body)).toEqual([1, 0, undefined, 0, true]);
  });

  it("loads lazy properties when they are first read", () => {
    const body = `
      let loads = 0; const target = {};
      native.util.defineLazyProperties(target, 'id', ['a', 'b'], false, (id) => { loads++; return { a: id + 'A', b: 2 }; });
      return [loads, target.a, target.a, loads, Object.keys(target)];`;
    expect(guest.run(body)).toEqual([0, "idA", "idA", 1, []]);
  });
});

describe("promises and microtasks", () => {
  it("carries data across awaits, and keeps two chains apart", () => {
    const body = `
      const { getContinuationPreservedEmbedderData: get, setContinuationPreservedEmbedderData: set } = native.extras;
      const seen = []; const chain = async (name) => { set(name); await null; seen.push(get()); await null; seen.push(get()); };
      chain('a'); chain('b'); set('main'); native.microtasks.performCheckpoint();
      return seen;`;
    expect(guest.run(body)).toEqual(["a", "b", "a", "b"]);
  });

  it("reports rejections with the promise's identity", () => {
    const body = `
      const events = []; native.microtasks.setPromiseRejectCallback((type, promise, reason) => events.push([type, promise === kept, reason]));
      let kept; kept = new Promise((resolve, reject) => { setTimeout = reject; }); setTimeout(new Error('x').message); kept.catch(() => {});
      return events;`;
    expect(guest.run(`globalThis.setTimeout = 0; ${body}`)).toEqual([
      [0, true, "x"],
      [1, true, undefined],
    ]);
  });

  it("runs hooks of promises until they are taken away", () => {
    const body = `let inits = 0; native.microtasks.setPromiseHooks(() => { inits++; }); Promise.resolve().then(() => {}); native.microtasks.setPromiseHooks(); Promise.resolve(); return inits;`;
    expect(guest.run(body)).toBe(2);
  });

  it("tells the guest what nothing caught, and nobody else", () => {
    const body = `const seen = []; native.errors.setUncaughtCallback((error) => seen.push(error.message)); native.microtasks.enqueueMicrotask(() => { throw new Error('stray'); }); native.microtasks.performCheckpoint(); return seen;`;
    expect(guest.run(body)).toEqual(["stray"]);
  });
});

describe("errors", () => {
  it("formats stacks through the callback, with the global of the error's context", () => {
    const body = `
      native.errors.setPrepareStackTraceCallback((global, error, trace) => [error.message, trace[0].getFunctionName(), global === globalThis]);
      function thrower() { return new Error('m'); }
      return thrower().stack;`;
    expect(guest.run(body)).toEqual(["m", "thrower", true]);
  });

  it("knows where an error was born", () => {
    const body = `
      const make = native.contextify.compileFunction('  throw new Error("x")', '/e.js', 4, 0, undefined, false, undefined, undefined, [], symbol).function;
      let error; try { make(); } catch (caught) { error = caught; }
      const place = native.errors.getErrorSourcePositions(error);
      return [place.sourceLine, place.scriptResourceName, place.lineNumber, place.startColumn, native.errors.getArrowMessage(error), native.errors.getArrowMessage(5) === undefined];`;
    expect(guest.run(body)).toEqual([
      '  throw new Error("x")',
      "/e.js",
      5,
      8,
      '/e.js:5\n  throw new Error("x")\n        ^\n',
      expect.any(Boolean),
    ]);
  });

  it("prints any value without running its code", () => {
    expect(
      guest.run(
        "return native.errors.noSideEffectsToString({ get [Symbol.toStringTag]() { throw 1; }, toString() { throw 2; } })",
      ),
    ).toBe("[object Object]");
  });
});

describe("heap and control", () => {
  it("reports the heap's numbers", () => {
    const body = `
      const h = native.heap, out = new Float64Array(14); h.updateHeapStatistics(out);
      const space = new Float64Array(4); h.updateHeapSpaceStatistics(space, h.heapSpaces().indexOf('old_space'));
      h.collect();
      return [out[h.kUsedHeapSizeIndex] > 1e5, out[h.kHeapSizeLimitIndex] > out[h.kUsedHeapSizeIndex], space[h.kSpaceSizeIndex] > 0, h.isStringOneByteRepresentation('a'), h.isStringOneByteRepresentation('€'),
        thrown(() => h.setFlagsFromString('--allow-natives-syntax')).code, thrown(() => h.updateHeapStatistics(new Float64Array(2))).name];`;
    expect(guest.run(body)).toEqual([true, true, true, true, false, "ERR_ACCESS_DENIED", "TypeError"]);
  });

  it("ends a guest that would catch everything", () => {
    expect(() => guest.run("for (;;) { try { native.control.terminate(); } catch {} }")).toThrow();
  });
});

it("offers functions only: no constructors, no prototypes, nothing inherited", () => {
  const body = `
    const wrong = [];
    for (const topic of Object.keys(native)) {
      if (Object.getPrototypeOf(native[topic]) !== null) wrong.push(topic);
      for (const [name, value] of Object.entries(native[topic])) {
        if (typeof value === 'function' && ('prototype' in value || value.name !== name)) wrong.push(topic + '.' + name);
      }
    }
    const handle = native.moduleWrap.createSyntheticModule('s', undefined, [], () => {}).handle;
    return [wrong, Object.getPrototypeOf(handle), Reflect.ownKeys(handle)];`;
  expect(guest.run(body)).toEqual([[], null, []]);
});
