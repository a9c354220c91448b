import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

let guest: NativeGuest;
beforeEach(() => {
  guest = createNativeGuest();
});
afterEach(() => guest[Symbol.dispose]());

const run = (body: string): unknown => guest.run(`const m = native.moduleWrap; ${body}`);

describe("module records", () => {
  it("tells what a module asks for, with attributes and phase", () => {
    const body = `const requests = m.getModuleRequests(m.createSourceTextModule('u', undefined, 'import "a"; import d from "b" with { type: "json" }').handle);
      return requests.map(({ specifier, attributes, phase }) => [specifier, { ...attributes }, phase === m.kEvaluationPhase]);`;
    expect(run(body)).toEqual([
      ["a", {}, true],
      ["b", { type: "json" }, true],
    ]);
  });

  it("links, instantiates and evaluates a cycle with a synthetic module in it", () => {
    const body = `
      const synthetic = m.createSyntheticModule('s', undefined, ['default', 'n', 'n'], () => { m.setExport(synthetic.handle, 'default', 40); m.setExport(synthetic.handle, 'n', 2); });
      const a = m.createSourceTextModule('a', undefined, 'import { b } from "b"; import d, { n } from "s"; export const sum = d + n; export const fromB = () => b()').handle;
      const b = m.createSourceTextModule('b', undefined, 'import { sum } from "a"; export const b = () => sum').handle;
      m.link(a, [b, synthetic.handle]); m.link(b, [a]); m.link(synthetic.handle, []);
      m.instantiate(a);
      const namespace = m.evaluateSync(a);
      return [namespace.sum, namespace.fromB(), m.getStatus(a) === m.kEvaluated, thrown(() => m.setExport(synthetic.handle, 'missing', 1)).name];`;
    expect(run(body)).toEqual([42, 42, true, "ReferenceError"]);
  });

  it("keeps one request with two sets of attributes apart", () => {
    const body = `
      const plain = link('export default "plain"'), json = link('export default "json"');
      const root = link('import a from "x"; import b from "x" with { type: "json" }; export const both = a + b', [plain, json]);
      m.instantiate(root);
      return m.evaluateSync(root).both;`;
    expect(run(body)).toBe("plainjson");
  });

  it("tells what was requested in frozen objects, and wants one module for both phases of a request", () => {
    const body = `
      const one = link('export default 1'), other = link('export default 2');
      const both = m.createSourceTextModule('b', undefined, 'import a from "x" with { type: "json" }; import b from "y"; import source C from "y"').handle;
      const requests = m.getModuleRequests(both);
      const { code, message } = thrown(() => m.link(both, [one, one, other]));
      m.link(both, [other, one, one]);
      return [requests.every((request) => Object.isFrozen(request) && Object.isFrozen(request.attributes)), code, message];`;
    expect(run(body)).toEqual([
      true,
      "ERR_MODULE_LINK_MISMATCH",
      `Module request 'ModuleCacheKey("y")' at index 1 must be linked to the same module requested at index 2`,
    ]);
  });

  it("is linked before it is instantiated, and says what was missing", () => {
    const body = `
      const make = (text) => m.createSourceTextModule('of ' + text, undefined, text).handle;
      const alone = make('export default 1'), asks = make('import "x"'), over = make('import "y"');
      m.link(over, [asks]);
      const leaf = make('export default 2'), around = make('import "leaf"'); m.link(around, [leaf]); m.instantiate(around);
      return [alone, asks, over].map((module) => thrown(() => m.instantiate(module)).message);`;
    expect(run(body)).toEqual([
      "module is not linked",
      "module is not linked",
      "request for 'x' can not be resolved on module 'of import \"x\"' that is not linked",
    ]);
  });

  it("waits at the top level when asked asynchronously, and refuses to when not", async () => {
    const body = `
      const waits = link('export let x = await 1;'); m.instantiate(waits);
      const other = link('await 0'); m.instantiate(other);
      const promise = m.evaluate(waits); native.microtasks.performCheckpoint();
      return [m.isGraphAsync(waits), m.hasTopLevelAwait(waits), native.util.getPromiseDetails(promise)[0], m.getNamespace(waits).x, thrown(() => m.evaluateSync(other)).code];`;
    expect(run(body)).toEqual([true, true, 1, 1, "ERR_REQUIRE_ASYNC_MODULE"]);
  });

  it("throws what a module threw, again and again, and reports its rejection as handled", () => {
    const body = `
      const events = []; native.microtasks.setPromiseRejectCallback((type) => events.push(type));
      const bad = link('throw new RangeError("bad")'); m.instantiate(bad);
      return [thrown(() => m.evaluateSync(bad)).name, thrown(() => m.evaluateSync(bad)).name, m.getError(bad).message, m.getStatus(bad) === m.kErrored, events.at(-1)];`;
    expect(run(body)).toEqual(["RangeError", "RangeError", "bad", true, 1]);
  });

  it("refuses what V8 would end the process for", () => {
    const body = `
      const unlinked = m.createSourceTextModule('u', undefined, 'import "x"').handle;
      const nested = link('import "u"', [unlinked]);
      const codes = [
        thrown(() => m.evaluate(unlinked)), thrown(() => m.getNamespace(unlinked)), thrown(() => m.isGraphAsync(unlinked)),
        thrown(() => m.instantiate(unlinked)), thrown(() => m.instantiate(nested)), thrown(() => m.link(unlinked, [])), thrown(() => m.link(unlinked, [{}])),
        thrown(() => m.createRequiredModuleFacade(unlinked)),
      ].map(({ code }) => code);
      return [codes, thrown(() => m.getStatus({})).name, m.getError(unlinked)];`;
    expect(run(body)).toEqual([
      [
        "ERR_MODULE_NOT_INSTANTIATED",
        "ERR_MODULE_NOT_INSTANTIATED",
        "ERR_MODULE_NOT_INSTANTIATED",
        "ERR_VM_MODULE_LINK_FAILURE",
        "ERR_VM_MODULE_LINK_FAILURE",
        "ERR_MODULE_LINK_MISMATCH",
        "ERR_VM_MODULE_NOT_MODULE",
        "ERR_MODULE_NOT_INSTANTIATED",
      ],
      "TypeError",
      undefined,
    ]);
  });

  it("refuses to evaluate into a cycle that is being evaluated", () => {
    const body = `
      globalThis.again = () => thrown(() => m.evaluate(root)).code;
      globalThis.self = () => thrown(() => m.evaluate(inner)).code;
      const inner = link('export const codes = [again(), self()]');
      const root = link('export * from "inner"', [inner]);
      m.instantiate(root); m.instantiate(inner);
      return [...m.evaluateSync(inner).codes];`;
    expect(run(body)).toEqual(["ERR_REQUIRE_CYCLE_MODULE", "ERR_REQUIRE_CYCLE_MODULE"]);
  });

  it("rejects for a module whose cycle failed while it was only a dependency", () => {
    const body = `
      native.microtasks.setPromiseRejectCallback(() => {});
      const a = m.createSourceTextModule('a', undefined, 'import "b"; await 0; throw new Error("late")').handle;
      const b = m.createSourceTextModule('b', undefined, 'import "a"; await 0;').handle;
      m.link(a, [b]); m.link(b, [a]);
      const root = link('import "a"', [a]); m.instantiate(root); m.evaluate(root);
      for (let i = 0; i < 5; i++) native.microtasks.performCheckpoint();
      const again = [a, b, root].map((handle) => native.util.getPromiseDetails(m.evaluate(handle)));
      return [again.map(([state, error]) => [state, error.message]), m.evaluate(b) === m.evaluate(b)];`;
    expect(run(body)).toEqual([
      [
        [2, "late"],
        [2, "late"],
        [2, "late"],
      ],
      true,
    ]);
  });

  it("runs a module in the context that it was made for", () => {
    const body = `
      const other = native.contextify.makeContext({ place: 'there' }, 'n', undefined, true, true, false, symbol);
      const a = m.createSourceTextModule('a', other, 'export default place').handle;
      m.link(a, []); m.instantiate(a); return m.evaluateSync(a).default;`;
    expect(run(body)).toBe("there");
  });

  it("ends what is terminated in a module that awaits nothing, on a circle with one that does", () => {
    const body = `
      const make = (url, source) => m.createSourceTextModule(url, undefined, source).handle;
      const a = make('a', 'import "b"; globalThis.native.control.terminate(); for (;;); // the end');
      const b = make('b', 'import "a"; await 0'); m.link(a, [b]); m.link(b, [a]);
      m.instantiate(a); m.evaluate(a); native.microtasks.performCheckpoint(); return 'went on';`;
    expect(() => run(body)).toThrow(/terminated/);
  });

  it("keeps bindings, positions, import.meta and the modules' own context on a circle that awaits", () => {
    const body = `
      m.setInitializeImportMetaObjectCallback((symbol, meta, handle) => { meta.known = handle === a ? 'a' : handle === b ? 'b' : 'another'; });
      const other = native.contextify.makeContext({ place: 'other' }, 'n', undefined, true, true, false, symbol);
      const a = m.createSourceTextModule('a.mjs', other, 'import { b } from "b"; export let a = 1; export const seen = [b, place, import.meta.known, new Error().stack.split(String.fromCharCode(10))[1]]; /* the end */ // of it', 3, 5).handle;
      const b = m.createSourceTextModule('b.mjs', other, 'import { a } from "a"; export let b = 2; await 0; b = 3; export const early = (() => { try { return a } catch (error) { return error.name } })()').handle;
      m.link(a, [b]); m.link(b, [a]); m.instantiate(a); const done = m.evaluate(a); native.microtasks.performCheckpoint();
      return [native.util.getPromiseDetails(done)[0], [...m.getNamespace(a).seen], m.getNamespace(b).early, m.evaluate(a) === done];`;
    expect(run(body)).toEqual([1, [3, "other", "a", "    at a.mjs:4:97"], "ReferenceError", true]);
  });

  it("makes a facade with __esModule for require()", () => {
    const body = `const esm = link('export default 5; export const named = 6'); m.instantiate(esm); m.evaluateSync(esm);
      const facade = m.createRequiredModuleFacade(esm); return { ...facade };`;
    expect(run(body)).toEqual({ __esModule: true, default: 5, named: 6 });
  });

  it("gives back sealed code cache", () => {
    const body = `const text = 'export const value = 6 * 7'; const first = m.createSourceTextModule('u', undefined, text);
      const cache = m.createCachedData(first.handle); const second = m.createSourceTextModule('u', undefined, text, 0, 0, cache);
      return [second.cachedDataRejected, m.createSourceTextModule('u', undefined, text + ' ', 0, 0, cache).cachedDataRejected, first.cachedDataRejected];`;
    expect(run(body)).toEqual([false, true, undefined]);
  });
});

describe("host hooks", () => {
  it("sends every import() down one road, with its referrer", () => {
    const body = `
      const seen = []; globalThis.results = [];
      m.setImportModuleDynamicallyCallback((host, specifier, phase, attributes, referrer) => { seen.push([String(host), specifier, { ...attributes }, referrer]); return { imported: specifier }; });
      const own = Symbol('own');
      native.contextify.compileFunction('return import("fn")', 'fn.js', 0, 0, undefined, false, undefined, undefined, [], own).function().then((v) => results.push(v.imported));
      native.contextify.runScript(native.contextify.compileScript('import("script", { with: { type: "json" } })', 'script.js', 0, 0, undefined, false, undefined, own).script, null, false);
      const mod = m.createSourceTextModule('file:///mod.mjs', undefined, 'import("module"); eval("import(\\\\"inner\\\\")")', 0, 0, own).handle; m.link(mod, []); m.instantiate(mod); m.evaluateSync(mod);
      const context = native.contextify.makeContext({}, 'n', undefined, true, true, false, Symbol('context'));
      native.contextify.globalOf(context).Function('return import("bare")')();
      native.microtasks.performCheckpoint();
      return [seen, results];`;
    expect(run(body)).toEqual([
      [
        ["Symbol(own)", "fn", {}, "fn.js"],
        ["Symbol(own)", "script", { type: "json" }, "script.js"],
        ["Symbol(own)", "module", {}, "file:///mod.mjs"],
        ["Symbol(own)", "inner", {}, "file:///mod.mjs"],
        expect.arrayContaining(["bare"]),
      ],
      ["fn"],
    ]);
  });

  it("turns what the import callback throws into a rejection", () => {
    const body = `m.setImportModuleDynamicallyCallback(() => { throw new Error('nope'); });
      let caught; eval('import("x")').catch((error) => { caught = error.message; }); native.microtasks.performCheckpoint(); return caught;`;
    expect(run(body)).toBe("nope");
  });

  it("fills import.meta through the callback, with the module's handle", () => {
    const body = `let same; m.setInitializeImportMetaObjectCallback((host, meta, handle) => { meta.url = String(host); same = handle === mod; });
      const mod = m.createSourceTextModule('file:///meta.mjs', undefined, 'export const { url } = import.meta', 0, 0, Symbol('meta')).handle;
      m.link(mod, []); m.instantiate(mod); return [m.evaluateSync(mod).url, same];`;
    expect(run(body)).toEqual(["Symbol(meta)", true]);
  });
});
