import { expect } from "vitest";
import type { ProgramOptions } from "./program-options.ts";
import { createReadOnlyFiles } from "./read-only-files.ts";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";
import { WALK_PROGRAM } from "./web-walk.ts";

const needs: RuntimeDriverCase["needs"] = ["webGuests"];
const web: ProgramOptions = { profile: "web", filePath: "/program.js" };

/** What Node has beside the web. */
const FOREIGN =
  "process Buffer require module exports __filename __dirname global setImmediate clearImmediate BroadcastChannel WebSocket PerformanceObserver gc";

/** A little of everything that is of the web. */
const PRESENT = `
  AbortController AbortSignal Blob Crypto CustomEvent DOMException ErrorEvent Event EventTarget File FormData Headers
  MessageChannel MessageEvent Performance PromiseRejectionEvent ReadableStream Request Response TextDecoder TextEncoder
  TransformStream URL URLSearchParams WebAssembly WritableStream atob btoa clearInterval clearTimeout console crypto fetch
  navigator onerror onrejectionhandled onunhandledrejection performance queueMicrotask reportError self setInterval
  setTimeout structuredClone addEventListener
`;

const words = (text: string): string => JSON.stringify(text.trim().split(/\s+/));

/** Guests that find the web, and nothing of Node. */
export const webCases: readonly RuntimeDriverCase[] = [
  {
    name: "a web guest finds the Minimum Common Web API, and nothing of Node",
    needs,
    async run({ exportsOf }) {
      const program = `
        export const foreign = ${words(FOREIGN)}.filter((name) => name in globalThis);
        export const absent = ${words(PRESENT)}.filter((name) => !(name in globalThis));
        export const facts = [self === globalThis, navigator.userAgent, globalThis instanceof EventTarget, typeof this];
        export const texts = [atob(btoa("text")), new TextDecoder().decode(new TextEncoder().encode("ä")),
          await new Response(new Blob(["a", "b"])).text(), new URL("../c", "http://a/b/d").href,
          await (await fetch("data:text/plain,hello")).text(), (await Response.json({ a: 1 }).json()).a];
        export const timed = await new Promise((resolve) => setTimeout(function (x) { resolve([this === self, x]) }, 1, "x"));
        export const timer = typeof setInterval(() => {}, 1e6);
        clearInterval(setInterval(() => {}, 1)); dispatchEvent(new Event("none"));
        export const clone = structuredClone(new Map([[1, [new Date(5)]]]));
        removeEventListener("x", () => {}); self.close?.();
        for (let id = 0; id < 100; id++) clearInterval(id);
      `;
      expect(await exportsOf(program, web)).toEqual({
        foreign: [],
        absent: [],
        facts: [true, "Vivarium", true, "undefined"],
        texts: ["text", "ä", "ab", "http://a/c", "hello", 1],
        timed: [true, "x"],
        timer: "number",
        clone: new Map([[1, [new Date(5)]]]),
      });
    },
  },
  {
    name: "a web guest reaches nothing of Node from all that it can hold",
    needs,
    async run({ exportsOf }) {
      const { found, count } = ((await exportsOf(WALK_PROGRAM, web)) as { default: { found: string[]; count: number } })
        .default;
      expect(found).toEqual([]);
      expect(count).toBeGreaterThan(1000);
    },
  },
  {
    name: "a web guest imports the files that it may read, as modules, TypeScript and JSON; and nothing else",
    needs,
    async run({ open }) {
      const filesystem = createReadOnlyFiles({
        "/lib/a.js":
          "import data from './data.json' with { type: 'json' }; export * from './b.ts'; export { data }; export const { url } = import.meta;",
        "/lib/b.ts": "export const b: number = 2; export { data as circular } from './a.js';",
        "/lib/data.json": "[1]",
        "/lib/common.cjs": "module.exports = require('fs')",
        "/lib/builtin.mjs": "export * from 'node:fs'",
        "/lib/broken.js": "export default ;;)",
        "/secret/key.js": "export default 'secret'",
      });
      const check = ({ path }: { path: string }): boolean => path.startsWith("/lib/");
      await using bench = open({ filesystem, permissions: { fs: check } });
      const program = `
        import { b, data, circular, url } from "./lib/a.js";
        const codeOf = (name, options) => import(name, options).then(() => "imported", (error) => error.code ?? error.name);
        export const read = [b, data, circular === data, url];
        export const refused = await Promise.all(["node:fs", "fs", "lodash", "#inner", "https://a/b.js", "/lib/common.cjs",
          "/lib/builtin.mjs", "data:text/javascript,import fs from 'node:fs'", "/secret/key.js", "/lib/missing.js",
          "/lib/data.json", "/lib/broken.js", "/lib/a.wasm", "/lib/%2e%2e/secret/key.js"].map((name) => codeOf(name)));
        export const same = (await import("/lib/a.js")).data === data;
        export const others = await Promise.all([codeOf("file:///lib/a.js"), eval("codeOf('node:fs')"),
          new Function("codeOf", "return import('node:fs').catch((error) => error.code)")(), codeOf("/lib/a.js", { with: { type: "css" } })]);
      `;
      expect(await bench.exportsOf(program, web)).toEqual({
        read: [2, [1], true, "file:///lib/a.js"],
        refused: [
          ...new Array<string>(5).fill("ERR_MODULE_NOT_FOUND"),
          "ERR_UNKNOWN_FILE_EXTENSION",
          "ERR_MODULE_NOT_FOUND",
          "ERR_MODULE_NOT_FOUND",
          "EACCES",
          "ERR_MODULE_NOT_FOUND",
          "ERR_IMPORT_ATTRIBUTE_MISSING",
          "SyntaxError",
          "ERR_UNKNOWN_FILE_EXTENSION",
          "EACCES",
        ],
        same: true,
        others: ["imported", "ERR_MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND", "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED"],
      });
    },
  },
  {
    name: "a web program hears of what nothing has caught, and may handle it",
    needs,
    async run({ run }) {
      const thrown = await run("throw new TypeError('no')", web);
      expect(thrown.outcome).toMatchObject({
        kind: "threw",
        errorMessage: "TypeError: no",
        stack: "TypeError: no\n    at file:///program.js:1:7",
      });
      expect(thrown.stderr).not.toContain("Node.js");
      const handled = await run(
        `export const told = [];
         onerror = (message, file, line, column, error) => { told.push([message, file, line, column, error.name]); return true };
         addEventListener("unhandledrejection", (event) => { told.push([event.type, event.reason]); event.preventDefault() });
         setTimeout(() => { throw new RangeError("late") });
         queueMicrotask(() => { throw new RangeError("soon") });
         Promise.reject("lost");
         reportError(new RangeError("told"));
         await new Promise((resolve) => setTimeout(resolve, 20));`,
        web,
      );
      expect(handled.exports).toEqual({
        told: [
          ["Uncaught RangeError: told", "file:///program.js", 7, 22, "RangeError"],
          ["Uncaught RangeError: soon", "file:///program.js", 5, 39, "RangeError"],
          ["unhandledrejection", "lost"],
          ["Uncaught RangeError: late", "file:///program.js", 4, 35, "RangeError"],
        ],
      });
      const unheeded = await run("addEventListener('error', () => console.log('told')); throw 1", web);
      expect([unheeded.outcome.kind, unheeded.stdout]).toEqual(["threw", "told\n"]);
      const lost = await run("Promise.reject(new Error('lost')); setTimeout(() => {}, 1e6)", web);
      expect(lost.outcome).toMatchObject({ kind: "threw", errorMessage: "Error: lost" });
      const waits = await run("await new Promise(() => {})", web);
      expect(waits.outcome).toMatchObject({ kind: "threw", code: 13 });
    },
  },
  {
    name: "intrinsics that a web program has replaced give it nothing of Node, nor what it may not import",
    needs,
    async run({ exportsOf }) {
      // Each looks at what it is called on and given, and does what it did before.
      const program = `
        const taken = new Set();
        const { apply } = Reflect;
        const foreign = (value) => value !== null && (typeof value === "object" || typeof value === "function") &&
          (typeof value.nextTick === "function" || typeof value.readFileSync === "function" ||
           typeof value.allocUnsafe === "function" || typeof value._resolveFilename === "function" ||
           typeof value.syncWithInput === "function");
        const look = (value, name) => { try { if (foreign(value)) add(taken, name) } catch {} };
        const add = (set, value) => apply(Set_add, set, [value]);
        const Set_add = Set.prototype.add;
        for (const holder of [Array, Map, Set, WeakMap, String, Promise, Function, Object, RegExp, Symbol, Uint8Array]) {
          for (const name of Reflect.ownKeys(holder.prototype)) {
            const { value } = Reflect.getOwnPropertyDescriptor(holder.prototype, name);
            if (typeof value !== "function" || name === "constructor" || name === Symbol.hasInstance) continue;
            try { holder.prototype[name] = function (...args) {
              look(this, String(name));
              for (let i = 0; i < args.length; i++) look(args[i], String(name));
              return apply(value, this, args);
            } } catch {}
          }
        }
        Object.defineProperty(Object.prototype, "dispatcher", { set() {}, get() { return undefined }, configurable: true });
        export const code = await import("node:fs").catch((error) => error.code);
        console.log("%o", new Map([[1, [2]]]), new URL("http://a/?b=c").searchParams);
        await new Promise((resolve) => setTimeout(resolve, 1));
        structuredClone({ a: [1] });
        new EventTarget().dispatchEvent(new Event("x"));
        await new Blob(["x"]).text();
        export const found = [...taken];
      `;
      expect(await exportsOf(program, web)).toEqual({ code: "ERR_MODULE_NOT_FOUND", found: [] });
    },
  },
  {
    name: "a web program that stays answers calls, and keeps its timers",
    needs: ["webGuests", "living"],
    async run({ load }) {
      const program = `
        let ticks = 0;
        setInterval(() => ticks++, 1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        export const handle = async (url) => new URL(await new Response(url).text()).host;
        export const count = () => ticks;
      `;
      await using guest = await load(program, web);
      expect(await guest.call("handle", ["http://host/path"])).toBe("host");
      await expect.poll(() => guest.call("count")).toBeGreaterThan(3);
    },
  },
];
