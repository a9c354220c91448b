import { describe, expect, it } from "vitest";
import { allowAll, createInMemoryFileSystem, type FileSystem } from "../src/index.ts";
import { type CellKind, cellKinds, createRuntime } from "./worlds.ts";

/**
 * Setters on every low index and on names of our records, and getters for what our records leave out. `seen` holds what
 * a setter was handed or a getter was asked of; what Node's library itself assigns in the program's sight is the
 * program's own: strings, numbers, errors that it is handed, its own callbacks.
 */
const pollution = `
const seen = [];
const isOurs = (value) => typeof value === "function" ? !mine.has(value)
  : typeof value === "object" && value !== null && ["callback", "deliver", "operation", "content", "passengers", "peers", "resource", "syscall"].some((key) => Object.hasOwn(value, key)) && !(value instanceof Error);
const mine = new Set();
const note = (what, key, value, self) => { if (isOurs(value) || isOurs(self)) seen.push(what + " " + String(key)); };
`;
const onArrays = `
for (let index = 0; index < 8; index++) {
  const set = function (value) {
    note("set", index, value, this);
    Object.defineProperty(this, index, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  };
  Object.defineProperty(Array.prototype, index, { __proto__: null, set, get() { note("get", index, undefined, this); }, configurable: true });
}
`;
const onObjects = `
for (const key of ["input", "ref", "resource", "value", "tolerates", "path", "dest", "reason", "code", "errno", "syscall"]) {
  const set = function (value) {
    seen.push("set " + key);
    Object.defineProperty(this, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  };
  Object.defineProperty(Object.prototype, key, { __proto__: null, get() { note("get", key, undefined, this); }, set, configurable: true });
}
`;

async function run(cells: CellKind, source: string): Promise<unknown> {
  const filesystem: FileSystem = createInMemoryFileSystem();
  await using runtime = createRuntime({ cells, filesystem, permissions: allowAll });
  const result = await runtime.run(source);
  expect(result.outcome).toEqual({ kind: "returned", code: 0 });
  return result.exports;
}

const files = `
const fs = require("fs"); fs.promises.access;
fs.writeFileSync("/file", "hello"); fs.mkdirSync("/folder"); fs.writeFileSync("/folder/a", ""); fs.writeFileSync("/folder/b", "");
fs.writeFileSync("/module.mjs", "export const answer = 42;");
`;

describe.each(cellKinds)("a program in a %s cell that pollutes prototypes", (cells) => {
  it("is handed nothing of the event loop by setters of array indices", async () => {
    const program = `${files}${pollution}
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = (event) => { add(event.data); port2.close(); };
    const done = { __proto__: null };
    let count = 0;
    const add = (item) => { done[count++] = item; };
    module.exports = { __proto__: null, seen, done };
    ${onArrays}
    new Blob(["a", "b", "c"]).slice(1).text().then((text) => add("blob " + text));
    import("/module.mjs").then((module_) => add("imported " + module_.answer));
    add(new URL("../x", "http://a/b/c").href);
    fs.stat("/file", (error, stat) => add(String(error) + stat.size));
    port1.postMessage("message");
    setTimeout(() => add("timer"), 20);
    add(structuredClone("clone"));
    add(String(fs.readdirSync("/folder").length));`;
    const { seen, done } = (await run(cells, program)) as { seen: string[]; done: Record<string, string> };
    expect(seen).toEqual([]);
    expect(Object.values(done)).toEqual(
      expect.arrayContaining(["clone", "2", "message", "timer", "null5", "blob bc", "imported 42", "http://a/x"]),
    );
  });

  it("is asked nothing about what requests and errors leave out", async () => {
    const program = `${files}${pollution}${onObjects}
    let code;
    try { fs.statSync("/none"); } catch (error) { code = error.code; }
    module.exports = { __proto__: null, seen, code, read: fs.readFileSync("/file", "utf8"), size: fs.statSync("/file").size };
    fs.readFile("/file", "utf8", (error, text) => { module.exports.later = text; });
    fs.promises.readdir("/folder").then((names) => { module.exports.names = names.length; });`;
    expect(await run(cells, program)).toEqual({
      seen: [],
      code: "ENOENT",
      read: "hello",
      size: 5,
      later: "hello",
      names: 2,
    });
  });

  it.each(["get", "set", "value", "writable"])("does not change what we define by Object.prototype.%s", async (key) => {
    const program = `
    const v8 = require("v8");
    const bytes = v8.serialize({ a: 1 });
    Object.prototype.${key} = ${key === "writable" ? "false" : "1"};
    let answer;
    try {
      const copy = v8.deserialize(bytes).a;
      process.env.A = "x";
      answer = [copy, process.env.A, structuredClone(2)];
    } finally { delete Object.prototype.${key}; }
    module.exports = answer;`;
    expect(await run(cells, program)).toEqual([1, "x", 2]);
  });

  it("sets no traps for process.env by Object.prototype", async () => {
    const program = `
    const asked = [];
    process.env.A = "x";
    Object.prototype.has = Object.prototype.getOwnPropertyDescriptor = Object.prototype.ownKeys = () => { asked.push("trap"); };
    const value = [process.env.A, "A" in process.env];
    delete Object.prototype.has; delete Object.prototype.getOwnPropertyDescriptor; delete Object.prototype.ownKeys;
    module.exports = { value, asked };`;
    expect(await run(cells, program)).toEqual({ value: ["x", true], asked: [] });
  });

  it("makes no promise of ours by a replaced constructor", async () => {
    const program = `
    let made = 0;
    const own = Promise;
    const before = Object.getOwnPropertyDescriptor(Promise.prototype, "constructor");
    Object.defineProperty(Promise.prototype, "constructor", { get() { made++; return own; }, configurable: true });
    const compiled = WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    Object.defineProperty(Promise.prototype, "constructor", before);
    module.exports = { made };
    compiled.then((module_) => { module.exports.isModule = module_ instanceof WebAssembly.Module; });`;
    expect(await run(cells, program)).toEqual({ made: 0, isModule: true });
  });

  it("sees no frame of ours, neither as a stack nor as call sites", async () => {
    const program = `
    const { getCallSites } = require("util");
    const names = getCallSites(50).map((site) => site.scriptName);
    const frames = [];
    let patched = [];
    Error.prepareStackTrace = (error, sites) => {
      frames.push(...sites.map((site) => site.getFileName()));
      const prototype = Object.getPrototypeOf(sites[0]);
      const own = prototype.getFileName;
      prototype.getFileName = function () { patched.push(own.call(this)); return own.call(this); };
      return "";
    };
    new Error().stack; new Error().stack;
    module.exports = { first: names[0] === __filename, ours: [...names, ...frames, ...patched].filter((name) => name === "node:internal/vivarium") };`;
    expect(await run(cells, program)).toEqual({ first: true, ours: [] });
  });
});
