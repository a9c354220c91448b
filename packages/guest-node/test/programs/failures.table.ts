import type { ComparedProgram } from "./programs.table.ts";

const syntaxError = "let a = 1;\n\tlet b = ;\n";

/** Programs that fail: what they print, on both streams, and how they end is Node's own, frame by frame. */
export const failures: readonly ComparedProgram[] = [
  { title: "a syntax error of the program", code: syntaxError },
  {
    title: "an error thrown in a module that a module requires",
    code: `require("./a");`,
    files: { "/w/a.js": `require("./lib/b.js");`, "/w/lib/b.js": `function g() { throw new Error("x"); }\n  g();` },
  },
  { title: "an error with an empty message", code: `throw new RangeError();` },
  { title: "an error in a file without an extension", path: "/w/main", code: `console.log(1);\nnull.x;` },
  {
    title: "an error in TypeScript",
    path: "/w/main.cts",
    code: `const x: number = 1;\nthrow new TypeError(String(x));`,
  },
  {
    title: "an error at the top level of an ES module",
    path: "/w/main.mjs",
    code: `await 1;\nthrow new Error("late");`,
  },
  {
    title: "an end before an awaited module beneath is done",
    path: "/w/main.mjs",
    code: `import "./a.mjs"; await 1;`,
    files: { "/w/a.mjs": `import "./b.mjs"; await 0;`, "/w/b.mjs": `await 1;\n  await new Promise(() => {});` },
  },
  { title: "an import of a file that is not there", path: "/w/main.mjs", code: `import "./nope.mjs";` },
  { title: "a file that is not there", code: `require("fs").readFileSync("/w/nope");` },
  {
    title: "native addons that are none",
    files: { "/w/short.node": "foobar", "/w/other.node": "x".repeat(64) },
    code: `
      for (const name of ["short.node", "other.node", "nope.node"])
        try { process.dlopen({ exports: {} }, __dirname + "/" + name); } catch (error) { console.log(error.name, error.code, error.message); }
      try { process.dlopen({}); } catch (error) { console.log(error.name, error.code, error.message); }
      require("./short.node");`,
  },
  { title: "an invalid URL", code: `new URL("x");` },
  {
    title: "an error thrown by an ES module that is required",
    code: `setImmediate(() => require("./a.mjs"));`,
    files: { "/w/a.mjs": `export const x = 1;\nthrow Object.assign(new Error("late"), { stack: "its own stack" });` },
  },
  { title: "a value that cannot be cloned", code: `structuredClone(() => {});` },
  { title: "a DOMException of the program's own", code: `throw new DOMException("mine", "AbortError");` },
  {
    title: "a rejection whose stack has been read already",
    code: `const error = new Error("seen"); error.stack;\nPromise.reject(error);`,
  },
  {
    title: "a TypeScript module that throws in a dependency",
    path: "/w/main.mts",
    code: `import "./a.mts";`,
    files: { "/w/a.mts": `const x: number = 1;\n(x as never as { f(): void }).f();` },
  },
  {
    title: "an error that async functions of two modules wait for",
    code: `async function d() { await require("./b.js").c(); } async function e() { await d(); } e();`,
    files: {
      "/w/b.js": `async function a() { await 1; throw new Error("deep"); } async function b() { await a(); } exports.c = async function c() { await b(); };`,
    },
  },
  {
    title: "an error of a timer that async functions wait for",
    code: `const { setTimeout } = require("timers/promises"); async function a() { await setTimeout(1); throw new Error("late"); } async function b() { await a(); } async function c() { await b(); } c();`,
  },
  {
    title: "a failed file operation that async functions wait for",
    code: `const fs = require("fs/promises"); async function a() { await fs.readFile("/w/nope"); } async function b() { await a(); } async function c() { await b(); } c();`,
  },
  {
    title: "an error in an immediate, with ticks and microtasks that wait",
    code: `
      process.on("uncaughtException", (error, origin) => console.log(error.stack, origin));
      setImmediate(() => { process.nextTick(async () => { await 1; setTimeout(() => { throw new Error("third"); }, 1); console.log("tick"); throw new Error("second"); }); throw new Error("first"); });
      setImmediate(() => console.log("immediate"));`,
  },
  {
    title: "an error thrown by a dynamically imported module",
    path: "/w/main.mjs",
    code: `async function c() { await import("./bad.mjs"); } await c();`,
    files: { "/w/bad.mjs": `throw new Error("bad");` },
  },
  {
    title: "a failed synchronous write, with a setter on Object.prototype",
    code: `
      const fs = require("fs"); try { fs.writeSync(99, "x"); } catch (e) { console.log(e.message, e.code, e.syscall, e.errno); }
      const mine = new Error("mine"); Object.defineProperty(Object.prototype, "errno", { set() { throw mine; }, get() { return 0; } });
      try { fs.writeSync(99, "x"); } catch (e) { console.log(e === mine); } throw mine;`,
  },
];
