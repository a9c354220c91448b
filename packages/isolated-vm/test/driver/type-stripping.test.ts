import { execFileSync } from "node:child_process";
import { stripTypeScriptTypes } from "node:module";
import { afterAll, describe, expect, test } from "vitest";
import { sampledKinds } from "./cell-kinds.ts";
import { openDriver } from "./open-driver.ts";

/** Sources that are too much for the parser: one ends in its traps, the other at the end of the stack. */
const attacks: readonly (readonly [what: string, code: string])[] = [
  ["traps", `let a = ${"(".repeat(200_000)}1${")".repeat(200_000)}`],
  ["overflows the stack", `let a = ${"{a:".repeat(50_000)}1`],
];

const typed = "const a: number = 41; interface B { readonly c: string } console.log(a + 1 satisfies number);";

describe.each(sampledKinds)("TypeScript in a cell of kind %s", (cells) => {
  const opened = openDriver({ cells, maxCells: 1 });
  afterAll(() => opened[Symbol.asyncDispose]());

  test.each(attacks)("that %s the parser fails its own run alone", async (_what, code) => {
    expect(await opened.output(typed, { filePath: "/first.ts" })).toBe("42\n");
    const report = await opened.exec(code, { filePath: "/attack.cts" });
    expect(report.outcome).toMatchObject({ kind: "threw", code: 1 });
    expect(report.outcome.kind === "threw" && report.outcome.errorMessage).toContain("nested too deeply");
    expect(await opened.output(typed, { filePath: "/next.ts" })).toBe("42\n");
    expect(stripTypeScriptTypes("const a: 1 = 1")).toBe("const a    = 1");
    expect(opened.diagnostics).toEqual([]);
  });

  test("may break the parser from within, and goes on with a sound one", async () => {
    const program = `
      const { stripTypeScriptTypes } = require("node:module");
      const errors = [];
      for (const source of ["let a = " + "(".repeat(200000), "let a = ", "enum A { B }", "x".repeat(3e6)]) {
        try { stripTypeScriptTypes(source); errors.push("none"); } catch (error) { errors.push(error.code); }
      }
      const transformed = stripTypeScriptTypes("enum A { B }", { mode: "transform" });
      console.log(errors.join(), stripTypeScriptTypes("let a: 1"), transformed.includes("var A"));`;
    const invalid = "ERR_INVALID_TYPESCRIPT_SYNTAX";
    expect(await opened.output(program)).toBe(
      `${invalid},${invalid},ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX,${invalid} let a    true\n`,
    );
  });

  test("shows the lines of an error as Node does", async () => {
    const program = `
      for (const source of ["let a: number = 1;\\nlet b: = 2;", "let x = 1\\nenum E { A }"]) {
        try { require("node:module").stripTypeScriptTypes(source); } catch (error) { console.log(error.stack.split("    at ")[0]); }
      }`;
    const expected = execFileSync(process.execPath, ["--no-warnings", "-e", program], { encoding: "utf8" });
    expect(expected).toContain("enum E { A }\n^^^^^^^^^^^^");
    expect(await opened.output(program)).toBe(expected);
  });

  test("makes the source maps that Node makes", async () => {
    const program = `
      const { stripTypeScriptTypes } = require("node:module");
      for (const sourceUrl of [undefined, "a.ts", "ü \u{1F600}.cts"]) {
        console.log(stripTypeScriptTypes("enum E { A }\\nexport const a: E = E.A; // ü", { mode: "transform", sourceMap: true, sourceUrl }));
      }`;
    const expected = execFileSync(process.execPath, ["--no-warnings", "-e", program], { encoding: "utf8" });
    expect(expected).toContain("//# sourceMappingURL=data:application/json;base64,");
    expect(await opened.output(program)).toBe(expected);
  });

  test("names the first error of the program's syntax", async () => {
    const report = await opened.exec("let a: = 1", { filePath: "/wrong.cts" });
    expect(report.outcome).toMatchObject({ kind: "threw", errorMessage: expect.stringContaining("Expected") });
  });
});
