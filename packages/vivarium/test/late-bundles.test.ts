import { describe, expect, it } from "vitest";
import { allowAll, createInMemoryFileSystem } from "../src/index.ts";
import { createRuntime } from "./worlds.ts";

/**
 * Puts a function of the program's own in the place of every function of every intrinsic, and an accessor in that of
 * every global: `seen` has the names of those that are called while `watched` runs.
 */
const poison = `
const { ownKeys, getOwnPropertyDescriptor: describe, apply, defineProperty: define } = Reflect;
const { getPrototypeOf } = Object;
const text = String;
const seen = [];
let isWatching = false;
const note = (name) => {
  if (isWatching) define(seen, seen.length, { __proto__: null, value: name, writable: true, enumerable: true, configurable: true });
};
const noting = (name, own) => typeof own !== "function" ? own : function (...given) {
  note(name);
  return apply(own, this, given);
};
function poison(target, title) {
  for (const key of ownKeys(target)) {
    const found = describe(target, key);
    if (!found.configurable || ["constructor", "prototype", "name", "length"].includes(key)) continue;
    const name = title + "." + text(key);
    const isClass = typeof found.value === "function" && describe(found.value, "prototype") !== undefined;
    if (isClass) continue;
    const poisoned = "value" in found ? { value: noting(name, found.value), writable: true }
      : { get: noting(name, found.get), set: noting(name, found.set) };
    define(target, key, { __proto__: null, ...poisoned, enumerable: found.enumerable, configurable: true });
  }
}
const globals = ownKeys(globalThis).filter((key) => typeof key === "string" && /^[A-Z]/.test(key) && !["Function", "Buffer"].includes(key));
const list = [];
for (const name of globals) {
  const value = globalThis[name];
  if (typeof value === "function" || typeof value === "object" && value !== null) list.push([name, value]);
}
const iterators = [[].values(), new Map().values(), new Set().values(), ""[Symbol.iterator]()].map(getPrototypeOf);
for (const [name, value] of list) {
  if (typeof value === "function" && value.prototype !== undefined) poison(value.prototype, name + ".prototype");
  poison(value, name);
}
poison(getPrototypeOf(Uint8Array.prototype), "TypedArray.prototype");
for (const iterator of iterators) poison(iterator, "iterator");
for (const [name, value] of list) {
  define(globalThis, name, { __proto__: null, configurable: true, get() { note("global " + name); return value; } });
}
for (const key of ["_0", "_1", "http2Binding", "sqliteBinding", "wasiBinding", "Patterns", "Map", "internal/vivarium"]) {
  define(Object.prototype, key, { __proto__: null, configurable: true, get() { note("get " + key); }, set() { note("set " + key); } });
}
const watched = (action) => {
  isWatching = true;
  const value = action();
  isWatching = false;
  return value;
};
`;

const SPECIES = "Array.Symbol(Symbol.species)";

/** In Node itself, the same of them is called: by its library, of what it is given. */
const uses: readonly (readonly [what: string, use: string, answer: unknown, byNode: readonly string[]])[] = [
  ["http2", `load("node:http2").getPackedSettings({ enablePush: false }).length`, 6, []],
  ["sqlite", `new (load("node:sqlite").DatabaseSync)(":memory:").prepare("select 6 * 7 as a").get().a`, 42, []],
  ["crypto", `load("node:crypto").createHash("sha1").update("a").digest("hex").length`, 40, []],
  ["zlib", `load("node:zlib").constants.Z_BEST_SPEED`, 1, []],
  ["tls", `typeof load("node:tls").createSecureContext({}).context.addCACert`, "function", [SPECIES, SPECIES]],
  ["udp", `typeof load("node:dgram").createSocket("udp4").close()`, "object", []],
  ["http-parser", `load("node:http").maxHeaderSize`, 16384, []],
  ["child-processes", `typeof load("node:child_process").spawnSync`, "function", []],
  ["wasi", `typeof new (load("node:wasi").WASI)({ version: "preview1" }).wasiImport.fd_read`, "function", [SPECIES]],
  ["url-pattern", `new Pattern({ pathname: "/a/:b" }).test("http://x/a/c")`, true, ["URLPattern.prototype.test"]],
];

describe("what a guest loads when a program has run", () => {
  it.each(uses)("asks nothing that the program has poisoned: %s", async (_, use, answer, byNode) => {
    await using runtime = createRuntime({
      cells: "inline",
      filesystem: createInMemoryFileSystem(),
      permissions: allowAll,
    });
    const program = `
      const load = module.require.bind(module);
      const Pattern = URLPattern;
      ${poison}
      const answer = watched(() => ${use});
      module.exports = { __proto__: null, answer, seen };`;
    const { exports, errorMessage } = await runtime.run(program);
    expect(errorMessage).toBeUndefined();
    expect(exports).toEqual({ answer, seen: byNode });
  });
});
