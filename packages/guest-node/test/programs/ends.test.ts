import { describe, expect, it } from "vitest";
import { runInGuest, runInNode } from "../harness/run-program.ts";

const samePrinted: readonly { readonly title: string; readonly code: string; readonly path?: string }[] = [
  { title: "an error thrown in a timer", code: `setTimeout(() => { throw new TypeError("late"); }, 1);` },
  { title: "a string", code: `throw "text";` },
  { title: "null", code: `\n\n  throw null;` },
  { title: "an object", code: `throw { a: 1 };` },
  { title: "a rejection with no error", code: `Promise.reject(5);` },
  { title: "an error of an async function", code: `async function f() { await null; a.b.c; } f();` },
  {
    title: "an error with properties and a cause",
    code: `class A extends Error { name = "A"; extra = { z: [1] }; } setImmediate(() => { throw new A("m", { cause: new Error("inner") }); });`,
  },
  { title: "a stack that overflows", code: `setImmediate(() => { (function r() { r(); })(); });` },
  { title: "a module that waits for ever", code: `console.log(1);\nawait new Promise(() => {});`, path: "/w/main.mjs" },
];

describe("a program that fails says on stderr what it says in Node", () => {
  for (const { title, code, path = "/w/main.js" } of samePrinted) {
    it(title, async () => {
      const guest = await runInGuest(code, { path });
      const node = runInNode(code, { path });
      expect({ stderr: guest.stderr, code: guest.code }).toEqual({ stderr: node.stderr, code: node.code });
      expect(guest.code).not.toBe(0);
    });
  }

  it("names the guest's file, line and column for an error at the top level", async () => {
    const { stderr, code } = await runInGuest(`// first\nfunction f() { throw new Error("boom"); }\n  f();`, {
      path: "/w/a b.cjs",
    });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `/w/a b.cjs:2\nfunction f() { throw new Error("boom"); }\n               ^\n\nError: boom\n`,
    );
    expect(stderr).toContain("at f (/w/a b.cjs:2:22)\n    at Object.<anonymous> (/w/a b.cjs:3:3)");
    expect(stderr).toMatch(/\n\nNode\.js v24\.\d+\.\d+\n$/);
  });

  it.each(["/w/main.ts", "/w/main.cts"])(
    "shows no line of Node's library for an error of TypeScript in %s",
    async (path) => {
      const { stderr, code } = await runInGuest(`let a: = 1;`, { path });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^file:\/\/\/w\/main\.c?ts:1\n\nSyntaxError \[ERR_INVALID_TYPESCRIPT_SYNTAX\]: /);
    },
  );

  it("shows a syntax error where it is", async () => {
    const { stderr, code } = await runInGuest(`let ok = 1;\nlet x = ;`);
    expect(code).toBe(1);
    expect(stderr).toContain("/w/main.js:2\nlet x = ;\n        ^\n\nSyntaxError: Unexpected token ';'");
  });
});

describe("a program ends", () => {
  it("at once by process.exit, deep in a stack, whatever stands around it", async () => {
    const { stdout, code } = await runInGuest(`
      process.on("exit", (c) => console.log("exit", c));
      function deep(n) { try { if (n === 0) process.exit(3); deep(n - 1); } catch { console.log("caught"); } finally { console.log("finally"); } }
      Promise.resolve().then(() => console.log("microtask")); deep(50); console.log("after");`);
    expect(code).toBe(3);
    expect(stdout).toBe("exit 3\n");
  });

  it("with code 6 when the fatal handler is no function, with 7 when it throws", async () => {
    expect((await runInGuest(`process._fatalException = 5; throw new Error("x");`)).code).toBe(6);
    const seven = await runInGuest(
      `process.on("uncaughtException", () => { throw new Error("second"); }); throw new Error("first");`,
    );
    expect(seven.code).toBe(7);
    expect(seven.stderr).toContain("Error: second");
  });

  it("with the code that it has set", async () => {
    expect((await runInGuest(`process.exitCode = 9;`)).code).toBe(9);
  });
});

describe("a script that is stopped", () => {
  const attempt = `
    const vm = require("vm");
    const attempt = (code, sandbox, options) => {
      try { console.log(vm.runInNewContext(code, sandbox, options)); } catch (e) { console.log(e?.code, e?.message ?? e); }
    };
  `;

  it("by its time or by SIGINT lets the program around it go on, as in Node", async () => {
    const program = `${attempt}
      attempt("for (;;);", {}, { timeout: 5 });
      attempt("try { for (;;); } catch { 1 } finally { 2 }", {}, { timeout: 5 });
      attempt("Promise.resolve().then(() => { for (;;); })", {}, { timeout: 5, microtaskMode: "afterEvaluate" });
      attempt("6 * 7", {}, { timeout: 10_000 });
      attempt("null.x", {}, { timeout: 10_000 });
      process.on("SIGINT", () => console.log("heard"));
      attempt("kill(); for (;;);", { kill: () => process.kill(process.pid, "SIGINT") }, { breakOnSigint: true });
      setImmediate(() => console.log("alive"));`;
    const { stdout, code } = await runInGuest(program);
    const late = "ERR_SCRIPT_EXECUTION_TIMEOUT Script execution timed out after 5ms";
    expect(stdout.split("\n")).toEqual([
      late,
      late,
      late,
      "42",
      "undefined Cannot read properties of null (reading 'x')",
      "ERR_SCRIPT_EXECUTION_INTERRUPTED Script execution was interrupted by `SIGINT`",
      "alive",
      "",
    ]);
    expect(code).toBe(0);
  });

  it("may be a module, whose graph is in error then, as in Node", async () => {
    const program = `
      const vm = require("vm");
      const linked = async (text, dependency, context) => {
        const module = new vm.SourceTextModule(text, { context });
        await module.link(() => dependency);
        return module;
      };
      const attempt = async (module, options) => {
        try { console.log(await module.evaluate(options)); } catch (e) { console.log(e?.code, e?.message ?? e); }
        console.log(module.status);
      };
      (async () => {
        const endless = await linked("for (;;);");
        await attempt(await linked("import 'endless'", endless), { timeout: 100 });
        console.log(endless.status);
        const queued = vm.createContext({}, { microtaskMode: "afterEvaluate" });
        await attempt(await linked("Promise.resolve().then(() => { for (;;); })", undefined, queued), { timeout: 200 });
        await attempt(await linked("globalThis.six = 6"), { timeout: 10_000 });
        const kill = vm.createContext({ kill: () => process.kill(process.pid, "SIGINT") });
        await attempt(await linked("kill(); for (;;);", undefined, kill), { breakOnSigint: true });
        await attempt(await linked("null.x"), { timeout: 10_000 });
      })();`;
    const { stdout, code } = await runInGuest(program, { options: { "--experimental-vm-modules": true } });
    const late = "ERR_SCRIPT_EXECUTION_TIMEOUT Script execution timed out after 100ms";
    expect(stdout.split("\n")).toEqual([
      late,
      "errored",
      "errored",
      "ERR_SCRIPT_EXECUTION_TIMEOUT Script execution timed out after 200ms",
      "evaluated",
      "undefined",
      "evaluated",
      "ERR_SCRIPT_EXECUTION_INTERRUPTED Script execution was interrupted by `SIGINT`",
      "errored",
      "undefined Cannot read properties of null (reading 'x')",
      "errored",
      "",
    ]);
    expect(code).toBe(0);
  });

  it("harms no graph of modules, wherever it is stopped and however often it is asked for again", async () => {
    // A graph that has failed by a stop, and is stopped again before anybody hears of it, is told of as in Node.
    const program = `
      const vm = require("vm");
      process.on("unhandledRejection", (reason) => { if (reason !== null) throw reason; });
      const texts = {
        a: "import 'b'; import 'c'; loop(0)", b: "import 'c'; import 'd'; loop(2)", c: "import 'a'; loop(3)",
        d: "import 'b'; loop(4)", e: "import 'a'; loop(1); await 0",
      };
      const graph = async (at) => {
        const loop = (place) => { if (place === at) for (;;); };
        const context = vm.createContext({ loop }, at % 2 ? { microtaskMode: "afterEvaluate" } : {});
        const modules = {};
        for (const name in texts) modules[name] = new vm.SourceTextModule(texts[name], { context, identifier: name });
        await modules.e.link((name) => modules[name]);
        return Object.values(modules);
      };
      const stopped = async (module) => {
        module.evaluate({ timeout: 1 }).then(() => {}, () => {});
        try { void module.namespace.x; } catch {}
        await new Promise(setImmediate);
        return module.status;
      };
      (async () => {
        const statuses = new Set();
        for (const at of [0, 1, 2, 3, 4]) for (const first of [0, 1, 2, 3, 4]) {
          const modules = await graph(at);
          for (const module of [modules[first], ...modules, ...modules]) statuses.add(await stopped(module));
        }
        console.log([...statuses].sort().join());
      })();`;
    const { stdout, stderr, code } = await runInGuest(program, { options: { "--experimental-vm-modules": true } });
    expect({ stdout, code }, stderr).toEqual({ stdout: "errored,evaluated,linked\n", code: 0 });
  });

  it("within another one whose time is over, too, does not keep that one going", async () => {
    const { stdout } = await runInGuest(`${attempt}
      const inner = () => { vm.runInNewContext("for (;;);", {}, { timeout: 20 }); };
      attempt("for (;;) try { inner(); } catch {}", { inner }, { timeout: 20 });`);
    expect(stdout).toBe("ERR_SCRIPT_EXECUTION_TIMEOUT Script execution timed out after 20ms\n");
  });

  it("takes nothing back of process.exit()", async () => {
    const { stdout, code } = await runInGuest(`${attempt}
      attempt("for (;;) try { end(); } catch {}", { end: () => process.exit(7) }, { timeout: 1 });
      for (;;) attempt("for (;;) end();", { end: () => process.exit(7) }, { timeout: 1 });`);
    expect(code).toBe(7);
    expect(stdout.replaceAll(/ERR_SCRIPT_EXECUTION_TIMEOUT .*\n/g, "")).toBe("");
  });
});
