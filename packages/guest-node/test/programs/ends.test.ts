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
