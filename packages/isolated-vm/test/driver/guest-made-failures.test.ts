import { afterAll, describe, expect, test } from "vitest";
import { sampledKinds } from "./cell-kinds.ts";
import { openDriver } from "./open-driver.ts";

const memory = { memoryLimit: 300 };

describe.each(sampledKinds)("a failure that a guest makes, in a cell of kind %s", (cells) => {
  const opened = openDriver({ cells, maxCells: 1 });
  afterAll(() => opened[Symbol.asyncDispose]());

  test.each([
    ["a proxy for a module", `require.cache[__filename] = new Proxy({}, { get() { throw new Error("mine"); } })`],
    [
      "a getter for the main module",
      `delete require.cache[__filename];
       Object.defineProperty(process, "mainModule", { get() { throw new Error("mine"); } })`,
    ],
    [
      "a getter for its exports, later",
      `process.on("exit", () => Object.defineProperty(module, "exports", { get() { throw new Error("mine"); } }))`,
    ],
  ])("by %s, where its exports are looked for, leaves them unexportable", async (_what, code) => {
    const report = await opened.exec(code, { mode: "run" });
    const errorMessage = "exports: reading them threw Error: mine";
    expect(report).toEqual({ outcome: { kind: "unexportable", code: 1, errorMessage } });
  });

  test.each([
    ["an error's message", `throw new Error("x".repeat(1e8))`, /^Error: x+… and \d+ more characters$/],
    ["an error's name", `const e = new Error("a"); e.name = "n".repeat(1e8); throw e`, /^n+… and \d+ .*: a$/],
    ["an error's stack", `const e = new Error("a"); e.stack = "s".repeat(1e8); throw e`, /^Error: a$/],
    ["what it throws", `throw "x".repeat(1e8)`, /^x+… and 99\d+ more characters$/],
    [
      "what an exit handler throws",
      `process.on("exit", () => { throw new Error("x".repeat(1e8)); })`,
      /^Error: x+… and \d+ more/,
    ],
    [
      "what a getter of process throws",
      `Object.defineProperty(process, "_fatalException", { get() { throw new Error("x".repeat(1e8)); } }); throw "mine"`,
      /^mine$/,
    ],
  ])("by a hundred megabytes in %s is told in short", async (_what, code, message) => {
    let written = 0;
    const onStdio = (event: { readonly message: string }): void => {
      written += event.message.length;
    };
    const { outcome } = await opened.exec(code, { onStdio }, memory);
    expect(outcome.kind).toBe("threw");
    const errorMessage = outcome.kind === "threw" ? outcome.errorMessage : "";
    expect(errorMessage).toMatch(message);
    expect(errorMessage.length).toBeLessThan(65_000);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(600_000);
    expect(opened.diagnostics).toEqual([]);
  });

  test.each([
    [
      "an error",
      `function inner() { throw new TypeError("boom"); }\ninner();`,
      /^TypeError: boom\n {4}at inner \(\/program\.js:1:26\)\n {4}at Object\.<anonymous> \(\/program\.js:2:1\)\n/,
    ],
    [
      "a rejection",
      `Promise.reject(new Error("late"));`,
      /^Error: late\n {4}at Object\.<anonymous> \(\/program\.js:1:16\)\n/,
    ],
    [
      "an error of Node's library",
      `require("fs").readFileSync("/missing");`,
      /^Error: E[A-Z]+: [^\n]+\n {4}at [\s\S]* \(\/program\.js:1:15\)\n/,
    ],
    [
      "a program that cannot be compiled",
      `const a = 1;\nlet let = 2;`,
      /^\/program\.js:2\nlet let = 2;\n {4}\^\^\^\n\nSyntaxError: [^\n]+\n {4}at /,
    ],
    ["an object that has a stack of its own", `throw { message: "mine", stack: "where I say" };`, /^where I say$/],
    [
      "a stack of a hundred megabytes",
      `const e = new Error("a"); e.stack = "s".repeat(1e8); throw e`,
      /^\/program\.js:1\ns{16384}… and 99983616 more characters$/,
    ],
    [
      "an error in what handles errors",
      `process.on("uncaughtException", () => { throw new Error("second"); }); throw new Error("first");`,
      /^Error: second\n {4}at process\.<anonymous> \(\/program\.js:1:47\)\n/,
    ],
  ])("shows its stack: %s", async (_what, code, stack) => {
    const { outcome } = await opened.exec(code, { filePath: "/program.js" }, memory);
    expect(outcome.kind === "threw" ? outcome.stack : outcome).toMatch(stack);
    // Nothing of the host, and nothing of what is ours in the guest.
    expect(outcome.kind === "threw" ? outcome.stack : "").not.toMatch(
      /vivarium|isolated|\/(?:tmp|home|root|work|usr)\//,
    );
  });

  test.each([
    ["a text that is thrown", `throw "text";`],
    ["nothing that is thrown", `throw undefined;`],
    [
      "a getter that throws",
      `throw Object.defineProperty(new Error("a"), "stack", { get() { throw new Error("b"); } });`,
    ],
    ["a stack that is no text", `throw Object.assign(new Error("a"), { stack: { toString() { return "text"; } } });`],
    ["an empty stack", `throw Object.assign(new Error("a"), { stack: "" });`],
    ["a proxy that throws", `throw new Proxy({}, { get() { throw new Error("b"); } });`],
    ["a function", `throw Object.assign(() => {}, { stack: "text" });`],
  ])("has no stack where there is none: %s", async (_what, code) => {
    const { outcome } = await opened.exec(code);
    expect(outcome).toEqual({ kind: "threw", code: 1, errorMessage: expect.any(String) });
  });

  test("shows where a module cannot be compiled, which its stack does not say", async () => {
    const { outcome } = await opened.exec("const a = 1;\nlet let = 2;", { filePath: "/program.mjs" });
    expect(outcome.kind === "threw" && outcome.stack).toMatch(
      /^file:\/\/\/program\.mjs:2\nSyntaxError: [^\n]+\n {4}at /,
    );
  });

  test("cannot be drawn out by a stack that never comes", async () => {
    const code = `throw Object.defineProperty(new Error("a"), "stack", { get() { for (;;); } });`;
    const { outcome } = await opened.exec(code, {}, { cpuTimeLimitMs: 300 });
    expect(outcome).toEqual({ kind: "cpu-time-limit", code: 124, limitMs: 300 });
  });

  test("is a process's exit code, which is a byte", async () => {
    const codes: unknown[] = [];
    for (const code of ["2 ** 31 - 1", "300", "-1", "256"]) {
      const { outcome } = await opened.exec(`process.on("exit", () => { process.exitCode = ${code}; })`);
      codes.push(outcome.code);
    }
    expect(codes).toEqual([255, 44, 255, 0]);
  });

  test("names the place of what cannot be encoded", async () => {
    const code = `
      const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
      const view = new DataView(buffer, 4, 4);
      buffer.resize(2);
      module.exports = { views: [view] };`;
    const { outcome } = await opened.exec(code, { mode: "run" });
    expect(outcome).toMatchObject({ kind: "unexportable", code: 1 });
    expect(outcome.kind === "unexportable" && outcome.errorMessage).toMatch(
      /^exports\.views\[0\] cannot be encoded: ./,
    );
  });
});
