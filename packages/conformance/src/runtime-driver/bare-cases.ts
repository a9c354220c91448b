import { expect } from "vitest";
import { POLLUTION } from "./pollution.ts";
import type { ProgramOptions } from "./program-options.ts";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";

const needs: RuntimeDriverCase["needs"] = ["bareGuests"];
const bare: ProgramOptions = { profile: "bare", filePath: "/program.js" };
const living: RuntimeDriverCase["needs"] = ["bareGuests", "living"];

/** What a program might look for that is not of the language. */
const FOREIGN = `
  console setTimeout setInterval setImmediate queueMicrotask structuredClone fetch URL TextDecoder TextEncoder Buffer process
  require module exports global self window navigator performance crypto WebAssembly __filename gc print
`;

/** Guests that find nothing but the language. */
export const bareCases: readonly RuntimeDriverCase[] = [
  {
    name: "a bare guest finds the language and nothing else",
    needs,
    async run({ exportsOf }) {
      const program = `
        export const found = ${JSON.stringify(FOREIGN.trim().split(/\s+/))}.filter((name) => name in globalThis);
        export const language = [Map, Promise, Proxy, WeakRef, Atomics, Intl, BigInt].map((value) => typeof value);
        export const evaluated = [eval("1 + 1"), new Function("return typeof this.process")()];
        export const meta = Object.keys(import.meta);
        export const self = typeof this;
      `;
      const language = ["function", "function", "function", "function", "object", "object", "function"];
      expect(await exportsOf(program, bare)).toEqual({
        found: [],
        language,
        evaluated: [2, "undefined"],
        meta: [],
        self: "undefined",
      });
    },
  },
  {
    name: "a bare program is an ES module, in TypeScript by its name, and may await at its top level",
    needs,
    async run({ exportsOf, run }) {
      expect(await exportsOf("export const one = await Promise.resolve(1); export default [one];", bare)).toEqual({
        one: 1,
        default: [1],
      });
      const typed = "enum No {}";
      expect(await exportsOf("export const one: number = 1;", { ...bare, filePath: "/a.ts" })).toEqual({ one: 1 });
      expect((await run(typed, { ...bare, filePath: "/a.ts" })).outcome).toMatchObject({ kind: "threw" });
      const common = await run("module.exports = 1", bare);
      expect(common.outcome).toMatchObject({ errorMessage: "ReferenceError: module is not defined" });
      const named = await run("1", { ...bare, filePath: "/a.cjs" });
      expect(named.outcome).toMatchObject({ errorMessage: expect.stringContaining("CommonJS by its name") });
    },
  },
  {
    name: "a bare guest imports nothing: neither files nor what Node has, by whatever road",
    needs,
    async run({ exportsOf, run }) {
      const names = [
        "node:fs",
        "fs",
        "./other.js",
        "/other.js",
        "file:///other.js",
        "data:text/javascript,1",
        "#x",
        "",
      ];
      const program = `
        const codeOf = (importing) => importing.then(() => "imported", (error) => error.code);
        const names = ${JSON.stringify(names)};
        export const codes = await Promise.all(names.map((name) => codeOf(import(name))));
        export const others = await Promise.all([
          codeOf(eval('import("fs")')), codeOf(new Function('return import("fs")')()),
          codeOf(import("fs", { with: { type: "json" } })),
        ]);
      `;
      const refused = (count: number): string[] => new Array<string>(count).fill("ERR_MODULE_NOT_FOUND");
      expect(await exportsOf(program, bare)).toEqual({ codes: refused(names.length), others: refused(3) });
      const { outcome } = await run("import 'node:fs'", bare);
      expect(outcome).toMatchObject({
        kind: "threw",
        errorMessage: expect.stringMatching(/^Error: Cannot find module/),
      });
    },
  },
  {
    name: "an error that a bare program does not catch says what and where, with frames of its own alone",
    needs,
    async run({ run }) {
      const thrown = await run("const fail = () => { throw new TypeError('no') };\nfail();", bare);
      expect(thrown.outcome).toEqual({
        kind: "threw",
        code: 1,
        errorMessage: "TypeError: no",
        stack: "TypeError: no\n    at fail (/program.js:1:28)\n    at /program.js:2:1",
      });
      expect(thrown.stderr).toContain("/program.js:1\n");
      expect(thrown.stderr).toContain("TypeError: no\n    at fail");
      const lost = await run("Promise.reject(new Error('lost')); await new Promise(() => {})", bare);
      expect(lost.outcome).toMatchObject({ kind: "threw", errorMessage: "Error: lost" });
      const inTime = await run("const p = Promise.reject(1); await 0; p.catch(() => {}); export default 1", bare);
      expect(inTime.exports).toEqual({ default: 1 });
      const syntax = await run("export default ;;)", bare);
      expect(syntax.outcome).toMatchObject({ stack: expect.stringMatching(/^\/program\.js:1\nSyntaxError: /) });
      const waits = await run("await new Promise(() => {})", bare);
      expect(waits.outcome).toMatchObject({
        kind: "threw",
        code: 13,
        errorMessage: expect.stringContaining("/program.js:1"),
      });
    },
  },
  {
    name: "a bare guest has the limits of any other",
    isThorough: true,
    needs,
    async run({ run }) {
      const cpu = await run("for (;;);", { ...bare, limits: { cpuTimeLimitMs: 100 } });
      expect(cpu.outcome).toMatchObject({ kind: "cpu-time-limit" });
      const memory = await run("const all = []; for (;;) all.push(new Array(100_000).fill(1.5));", {
        ...bare,
        limits: { memoryLimit: 16 },
      });
      expect(memory.outcome).toMatchObject({ kind: "out-of-memory" });
      const large = await run("export default 'x'.repeat(100_000)", { ...bare, limits: { resultLimitBytes: 1000 } });
      expect(large.outcome).toMatchObject({ kind: "result-limit" });
      const microtasks = await run("const spin = () => Promise.resolve().then(spin); spin();", {
        ...bare,
        limits: { cpuTimeLimitMs: 100 },
      });
      expect(microtasks.outcome).toMatchObject({ kind: "cpu-time-limit" });
      const deep = await run("const f = () => f(); try { f() } catch (e) { throw e.name }", bare);
      expect(deep.outcome).toMatchObject({ kind: "threw", errorMessage: "RangeError" });
    },
  },
  {
    name: "what a bare program does to the intrinsics changes nothing of what becomes of it",
    needs,
    async run({ run }) {
      const returned = await run(`${POLLUTION} export const list = [1, "two", null];`, bare);
      expect(returned.outcome).toEqual({ kind: "returned", code: 0 });
      expect(returned.exports).toEqual({ list: [1, "two", null] });
      const threw = await run(`${POLLUTION} throw "text";`, bare);
      expect(threw.outcome).toMatchObject({ kind: "threw", errorMessage: "text" });
      const proxies = await run("export default new Proxy({}, {})", bare);
      expect(proxies.outcome).toMatchObject({ kind: "unexportable" });
      const thenable = await run("export const then = (resolve) => resolve('taken');", bare);
      expect(thenable.outcome).toMatchObject({ kind: "unexportable" });
    },
  },
  {
    name: "a bare guest is told what V8 has collected, in its event loop",
    needs: living,
    async run({ load }) {
      const program = `
        const told = [];
        const registry = new FinalizationRegistry((held) => told.push(held));
        (() => registry.register({ large: new Array(1000) }, "held"))();
        export const press = () => {
          for (let round = 0, kept = []; round < 400; round++) kept[round % 4] = new Array(50_000).fill(round);
          return told;
        };
      `;
      await using guest = await load(program, { ...bare, limits: { memoryLimit: 32 } });
      await expect.poll(() => guest.call("press"), { timeout: 15_000 }).toEqual(["held"]);
    },
  },
  {
    name: "a bare program that stays keeps its state, and answers calls",
    needs: living,
    async run({ load }) {
      const program = `
        let count = 0;
        export const add = async (by) => (count += await by);
        export const fail = () => { throw Object.assign(new RangeError("no"), { code: "E_OWN" }) };
        export const nested = { echo: (...args) => args };
        export const spin = () => { for (;;); };
      `;
      await using guest = await load(program, bare);
      const { call } = guest;
      expect([await call("add", [1]), await call("add", [2])]).toEqual([1, 3]);
      expect(await call("nested.echo", [new Map([[1, 2]]), "ä"])).toEqual([new Map([[1, 2]]), "ä"]);
      expect(await call("fail")).toMatchObject({ kind: "threw", errorMessage: "RangeError: no" });
      expect(await call("missing")).toMatchObject({ kind: "no-function" });
      expect(await call("add", [4])).toBe(7);
    },
  },
];
