import { describe, expect, test } from "vitest";
import { openDriver } from "./open-driver.ts";

const filePath = "/main.mjs";
const message = "The module has not run to its end: its top-level await at file:///main.mjs:2 is unsettled";

describe("a module whose top-level await is never settled", () => {
  test.each([
    ["before another export", "export const a = 1;\nawait new Promise(() => {});\nexport const b = 2;"],
    ["after its exports", "export const a = 1;\nawait new Promise(() => {});"],
    ["with none", "0;\nawait new Promise(() => {});"],
  ])("fails as in Node, says so, and gives nothing back: %s", async (_title, code) => {
    await using opened = openDriver({ cells: "inline" });
    for (const mode of ["run", "exec"] as const) {
      expect(await opened.exec(code, { filePath, mode })).toEqual({
        outcome: { kind: "threw", code: 13, errorMessage: message },
      });
    }
  });

  test("gives nothing back where the program has set an exit code of its own", async () => {
    await using opened = openDriver({ cells: "inline" });
    const code = "process.exitCode = 0; export const a = 1;\nawait new Promise(() => {}); export const b = 2;";
    expect(await opened.exec(code, { filePath, mode: "run" })).toEqual({ outcome: { kind: "returned", code: 0 } });
  });
});
