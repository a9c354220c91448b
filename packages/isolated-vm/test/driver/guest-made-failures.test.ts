import { afterAll, describe, expect, test } from "vitest";
import { openDriver } from "./open-driver.ts";

const memory = { memoryLimit: 300 };

describe.each(["process", "inline"] as const)("a failure that a guest makes, in a cell of kind %s", (cells) => {
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
