import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

let guest: NativeGuest;
beforeEach(() => {
  guest = createNativeGuest();
});
afterEach(() => guest[Symbol.dispose]());

const compile =
  "const compile = (code, cached, produce = false) => native.contextify.compileFunction(code, 'file.js', 0, 0, cached, produce, undefined, undefined, ['a'], symbol);";

describe("functions and scripts", () => {
  it("compiles a function with parameters and context extensions, at an offset", () => {
    const body = `
      const { function: made } = native.contextify.compileFunction('return a + extra;', 'f.js', 3, 4, undefined, false, undefined, [{ extra: 5 }], ['a'], symbol);
      const { function: throws } = native.contextify.compileFunction('throw new Error("here")', '/dir/g.js', 9, 0, undefined, false, undefined, undefined, undefined, symbol);
      let stack; try { throws(); } catch (error) { stack = error.stack; }
      return [made(2), stack.includes('/dir/g.js:10:7')];`;
    expect(guest.run(body)).toEqual([7, true]);
  });

  it("takes back code cache of its own for the same text, and no other", () => {
    const body = `${compile}
      const { cachedData } = compile('return a * 2', undefined, true);
      const forged = cachedData.slice(); forged[forged.length >> 1] ^= 1;
      return [compile('return a * 2', cachedData).cachedDataRejected, compile('return a * 3', cachedData).cachedDataRejected,
        compile('return a * 2', forged).cachedDataRejected, compile('return a * 2', new Uint8Array(500)).cachedDataRejected,
        compile('return a * 2', cachedData).function(4), compile('return a * 2').cachedDataRejected];`;
    expect(guest.run(body)).toEqual([false, true, true, true, 8, undefined]);
  });

  it("takes no code cache that was made for something of another shape", () => {
    const body = `
      const text = 'a + 1', c = native.contextify;
      const make = (params, extensions, cached) => c.compileFunction(text, 'f', 0, 0, cached, true, undefined, extensions, params, symbol);
      const script = (cached) => c.compileScript(text, 'f', 0, 0, cached, true, undefined, symbol);
      const module = (cached) => native.moduleWrap.createSourceTextModule('f', undefined, text, 0, 0, cached);
      const own = make(['a'], [], undefined).cachedData;
      const caches = [script().cachedData, make(['b'], [], undefined).cachedData, make(['a'], [{}], undefined).cachedData, make(['a', 'b'], [], undefined).cachedData, native.moduleWrap.createCachedData(module().handle)];
      return [make(['a'], [], own).cachedDataRejected, caches.map((cached) => make(['a'], [], cached).cachedDataRejected), script(own).cachedDataRejected, module(own).cachedDataRejected];`;
    expect(guest.run(body)).toEqual([false, [true, true, true, true, true], true, true]);
  });

  it("makes code cache of what has run, for functions that it compiled alone", () => {
    const body = `const c = native.contextify;
      const make = (cached) => c.compileFunction('return (() => a * 3)()', 'f', 0, 0, cached, false, undefined, [], ['a'], symbol);
      const first = make(); first.function(1);
      const again = make(c.createFunctionCachedData(first.function));
      const wrong = [() => {}, Math.max, function () {}.bind(), new Proxy(first.function, {}), class {}, {}];
      return [again.cachedDataRejected, again.function(2), wrong.map((value) => thrown(() => c.createFunctionCachedData(value)).name)];`;
    expect(guest.run(body)).toEqual([false, 6, Array(6).fill("TypeError")]);
  });

  it("reports source maps and the line of a syntax error", () => {
    const body = `
      const arrow = native.util.createPrivateSymbol('arrow_message_private_symbol');
      const { sourceMapURL } = native.contextify.compileScript('1 //# sourceMappingURL=map.json', 's.js', 0, 0, undefined, false, undefined, symbol);
      let message; try { native.contextify.compileScript('a;\\n\\tlet let = 1', 's.js', 0, 0, undefined, false, undefined, symbol); } catch (error) { message = error[arrow]; }
      return [sourceMapURL, message];`;
    expect(guest.run(body)).toEqual(["map.json", "s.js:2\n\tlet let = 1\n\t    ^^^\n"]);
  });
});

describe("CommonJS or module", () => {
  it.each([
    ["module.exports = 1", false],
    ["import 'x'", true],
    ["export {}", true],
    ["import.meta.url", true],
    ["await 1", true],
    ["const require = 1; await 2", true],
    ["const module = 1", true],
    ["const x = 1; let x;", false],
    ["if (", false],
    ["return 1", false],
  ])("knows whether only a module can be meant: %s", (code, expected) => {
    expect(guest.run("return native.contextify.containsModuleSyntax($0, '/a.js')", code)).toBe(expected);
  });

  it("compiles CommonJS, says when the text is a module, and throws when it may not look", () => {
    const body = `
      const load = (code, detect) => native.contextify.compileFunctionForCJSLoader(code, '/a.js', false, detect, symbol);
      const esm = load('export default 1', true);
      const exports = {}; load('exports.name = __filename', true).function(exports, undefined, {}, '/a.js', '/');
      return [exports.name, esm.canParseAsESM, esm.function === undefined, thrown(() => load('export default 1', false)).name];`;
    expect(guest.run(body)).toEqual(["/a.js", true, true, "SyntaxError"]);
  });

  it("takes code cache of the wrapper's function for CommonJS, and compiles where it is no such thing", () => {
    const body = `
      const wrapper = ['exports', 'require', 'module', '__filename', '__dirname'];
      const make = (code, params) => native.contextify.compileFunction(code, '/a.js', 0, 0, undefined, true, undefined, [], params, symbol).cachedData;
      const text = 'exports.name = __filename';
      const load = (cached) => {
        const { cachedDataRejected, function: made } = native.contextify.compileFunctionForCJSLoader(text, '/a.js', false, true, symbol, cached);
        const exports = {}; made(exports, undefined, {}, '/a.js', '/');
        return [exports.name, cachedDataRejected];
      };
      return [load(make(text, wrapper)), load(make(text, wrapper.slice(1))), load(make('exports.name = 12345678', wrapper)), load()];`;
    expect(guest.run(body)).toEqual([
      ["/a.js", false],
      ["/a.js", true],
      ["/a.js", true],
      ["/a.js", false],
    ]);
  });

  it("takes code cache for a module beside the symbol of its host", () => {
    const body = `
      const make = (code, cached) => native.moduleWrap.createSourceTextModule('f', undefined, code, 0, 0, symbol, cached);
      const cached = native.moduleWrap.createCachedData(make('export const a = 1').handle);
      const made = make('export const a = 1', cached);
      return [made.cachedDataRejected, made.hostSymbol === symbol, make('export const a = 2', cached).cachedDataRejected, make('export {}').cachedDataRejected];`;
    expect(guest.run(body)).toEqual([false, true, true, undefined]);
  });
});
