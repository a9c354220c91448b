import ivm from "isolated-vm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openNativeHelper } from "../../src/native/open-native-helper.ts";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

let guest: NativeGuest;
beforeEach(() => {
  guest = createNativeGuest();
});
afterEach(() => guest[Symbol.dispose]());

describe("a program that runs in the middle of a native function", () => {
  it("cannot lengthen a list of parameters past the memory that was set aside for it", () => {
    const body = `
      const grows = (fill) => {
        const list = [fill(0)];
        Object.defineProperty(list, 0, { get() { while (list.length < 1000) list.push(fill(list.length)); return fill(0); } });
        return list;
      };
      const { compileFunction } = native.contextify;
      const compile = (extensions, parameters) =>
        compileFunction('return 1', 'f.js', 0, 0, undefined, false, undefined, extensions, parameters, symbol).function.length;
      return [compile([], grows((i) => 'p' + i)), compile(grows(() => ({})), ['a'])];`;
    expect(guest.run(body)).toEqual([1, 1]);
  });

  it("cannot link a module anew once V8 has taken the links over", () => {
    const body = `
      const m = native.moduleWrap;
      const dependency = link('export default 1');
      const { handle } = m.createSourceTextModule('u', undefined, 'import "x"');
      const list = [dependency];
      Object.defineProperty(list, 0, { get() { m.link(handle, [dependency]); m.instantiate(handle); return dependency; } });
      return [thrown(() => m.link(handle, list)).code, thrown(() => m.link(handle, [dependency])).code, m.evaluateSync(handle) !== undefined];`;
    expect(guest.run(body)).toEqual(["ERR_VM_MODULE_ALREADY_LINKED", "ERR_VM_MODULE_ALREADY_LINKED", true]);
  });

  it("cannot shrink or detach the bytes that a conversion of another argument stands before", () => {
    const body = `
      const shrinking = () => new ArrayBuffer(64, { maxByteLength: 128 });
      const outcomes = [];
      for (const [act, make] of [[(b) => b.resize(0), shrinking], [(b) => b.transfer(), () => new ArrayBuffer(64)]]) {
        for (const name of ['utf8Slice', 'hexSlice', 'ucs2Slice', 'base64Slice']) {
          const view = new Uint8Array(make());
          outcomes.push(thrown(() => native.buffer[name](view, 0, { valueOf() { act(view.buffer); return 64; } })).code);
        }
        const written = new Uint8Array(make());
        outcomes.push(native.buffer.utf8WriteStatic(written, 'text', { valueOf() { act(written.buffer); return 0; } }, 64));
      }
      return [...new Set(outcomes)];`;
    expect(guest.run(body)).toEqual(["ERR_OUT_OF_RANGE", 0]);
  });
});

describe("modules that wait at their top level", () => {
  const graph = `
    const m = native.moduleWrap;
    const waits = link('await 0; order.push("waits")');
    globalThis.order = [];`;

  it("may be imported by one that ends the guest, or that is ended", () => {
    const end = `${graph}
      globalThis.end = () => { native.control.terminate(); for (;;); };
      const root = link('import "waits"; end()', [waits]); m.instantiate(root); m.evaluate(root);
      native.microtasks.performCheckpoint();
      return 'went on';`;
    expect(() => guest.run(end)).toThrow();
    expect(guest.run("return 6 * 7")).toBe(42);
  });

  it("run before what imports them, which runs before what imports that", () => {
    const body = `${graph}
      const plain = link('order.push("plain")');
      const middle = link('import "waits"; import "plain"; order.push("middle")', [waits, plain]);
      const root = link('import "middle"; import "waits"; order.push("root")', [middle, waits]);
      m.instantiate(root); const promise = m.evaluate(root);
      const before = [...order];
      for (let i = 0; i < 9; i++) native.microtasks.performCheckpoint();
      return [before, order, native.util.getPromiseDetails(promise)[0], m.evaluate(root) === promise];`;
    expect(guest.run(body)).toEqual([["plain"], ["plain", "waits", "middle", "root"], 1, true]);
  });

  it("refuse to wait through a constructor of the program's own, and where there is no stack left", () => {
    const body = `${graph}
      const original = Object.getOwnPropertyDescriptor(Promise.prototype, 'constructor');
      const codes = [];
      for (let k = 0; k < 4; k++) {
        let asked = 0; const one = link('await 0'); m.instantiate(one);
        Object.defineProperty(Promise.prototype, 'constructor', { configurable: true, get() { if (asked++ === k) throw new Error('no'); return Promise; } });
        codes.push(thrown(() => m.evaluate(one)).code);
      }
      Object.defineProperty(Promise.prototype, 'constructor', original);
      Object.defineProperty(Promise, Symbol.species, { configurable: true, get() { throw new Error('no'); } });
      m.instantiate(waits); codes.push(thrown(() => m.evaluate(waits)).code);
      const ready = Array.from({ length: 2000 }, () => link('await 0')); for (const one of ready) m.instantiate(one);
      let failed = 0; const dive = () => { dive(); const one = ready.pop(); if (one) try { m.evaluate(one); } catch { failed++; } };
      try { dive(); } catch {}
      const deeper = (n) => { try { deeper(n + 1); } finally { const one = ready.pop(); if (one) try { m.evaluate(one); } catch { failed++; } } };
      try { deeper(0); } catch {}
      return [[...new Set(codes)], failed > 0];`;
    expect(guest.run(body)).toEqual([["ERR_OPERATION_FAILED"], true]);
  });

  it("fail what imports them with their own error, which is reported once", () => {
    const body = `${graph}
      let unhandled = 0; native.microtasks.setPromiseRejectCallback((type) => { if (type === 0) unhandled++; if (type === 1) unhandled--; });
      const fails = link('await 0; throw new RangeError("late")');
      const root = link('import "waits"; import "fails"; order.push("root")', [waits, fails]);
      m.instantiate(root); const promise = m.evaluate(root);
      for (let i = 0; i < 9; i++) native.microtasks.performCheckpoint();
      return [order, native.util.getPromiseDetails(promise)[1].message, m.getError(root).message, unhandled];`;
    expect(guest.run(body)).toEqual([["waits"], "late", "late", 1]);
  });
});

describe("execution that is ended where V8 lets no exception out", () => {
  it.each([
    [
      "in the callback for what nothing caught",
      `native.errors.setUncaughtCallback(end);
       native.microtasks.setPromiseHooks(() => { throw new Error('hook'); });
       Promise.resolve(1);`,
    ],
    [
      "in the callback for promises that are rejected",
      `native.microtasks.setPromiseRejectCallback(end);
       Promise.reject(1);`,
    ],
  ])("%s does not go on", (_where, body) => {
    const program = `
      globalThis.ends = 0;
      const end = () => { ends++; native.control.terminate(); for (;;); };
      ${body}
      for (let i = 0; i < 1e7; i++);
      globalThis.wentOn = true;`;
    expect(() => guest.run(program)).toThrow(/terminated/);
    expect(guest.run("return [ends, globalThis.wentOn]")).toEqual([1, undefined]);
  });
});

describe("two guests on one thread", () => {
  it("share no state of the helper, also when one goes in the middle of a call of the other", () => {
    const other = createNativeGuest();
    guest.run("native.microtasks.setPromiseRejectCallback(() => { globalThis.seen = true; })");
    other.run("native.microtasks.setPromiseRejectCallback(() => { globalThis.seen = true; }); Promise.reject(1)");
    expect([guest.run("return globalThis.seen === true"), other.run("return globalThis.seen === true")]).toEqual([
      false,
      true,
    ]);

    const isolate = new ivm.Isolate({ memoryLimit: 64 });
    const context = isolate.createContextSync();
    const native = openNativeHelper((file) => new ivm.NativeModule(file)).createSync(context);
    context.global.setSync("native", native.derefInto());
    context.global.setSync("endOther", new ivm.Callback(() => other[Symbol.dispose]()));
    const answer: unknown = context.evalSync(`
      const params = ['a', 'b'];
      Object.defineProperty(params, 0, { get() { endOther(); return 'a'; } });
      native.contextify.compileFunction('return a + b', 'f.js', 0, 0, undefined, false, undefined, [], params, Symbol()).function(40, 2)`);
    isolate.dispose();
    expect(answer).toBe(42);
  });
});
