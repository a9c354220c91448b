import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareWithExpectations, readExpectations, writeExpectations } from "../src/expectations.ts";
import { groupFailures } from "../src/failure-report.ts";
import { judgeTest } from "../src/judge-test.ts";
import { renderPrefixTable, scorePrefixes } from "../src/prefix-table.ts";
import type { TestResult } from "../src/test-result.ts";

const pass = (name: string): TestResult => ({ name, status: "pass", durationMs: 1 });
const fail = (name: string, cause: string): TestResult => ({ name, status: "fail", durationMs: 1, cause });

describe("The reports of a run", () => {
  it("count each file once, under its prefix", () => {
    const skip: TestResult = { name: "test-path-c.js", status: "skip", durationMs: 1 };
    const scores = scorePrefixes([pass("test-path-a.js"), fail("test-path-b.js", "x"), skip, pass("test-dns.js")]);
    expect(scores).toEqual([
      { prefix: "test-path", passed: 2, skipped: 1, total: 3, floor: 17 },
      { prefix: "(others)", passed: 1, skipped: 0, total: 1, floor: undefined },
    ]);
    expect(renderPrefixTable(scores)).toContain("| **all** | **3** | **4** | 1 | |");
  });

  it("put the most frequent cause first, whatever numbers it names", () => {
    const groups = groupFailures([
      fail("a", "Error: one"),
      fail("b", "Error: at 1"),
      fail("c", "Error: at 2"),
      pass("d"),
    ]);
    expect(groups.map(({ names }) => names)).toEqual([["b", "c"], ["a"]]);
  });

  it("name the error, not the source line that Node prints above it", () => {
    const stderr = "/node/test/parallel/x.js:3\n  throw new Error('no');\n  ^\n\nError: no\n    at x.js:3:9\n";
    const ending = { name: "x.js", kind: "threw", code: 1, stdout: "", stderr, durationMs: 1 };
    expect(judgeTest(ending)).toMatchObject({ status: "fail", cause: "Error: no" });
  });

  it("say how the guest ended when it wrote nothing", () => {
    const ending = { name: "x.js", kind: "wall-time-limit", code: 124, stdout: "", stderr: "", durationMs: 1 };
    expect(judgeTest(ending)).toMatchObject({ status: "fail", cause: "wall-time-limit" });
  });
});

describe("Expectations", () => {
  it("keep what was not run, and tell what changed", () => {
    const folder = mkdtempSync(join(tmpdir(), "expectations-"));
    try {
      const file = join(folder, "expected.json");
      writeExpectations(file, { "b.js": "skip", "a.js": "fail" }, [pass("a.js"), fail("c.js", "x")]);
      const known = readExpectations(file);
      expect(Object.entries(known)).toEqual([
        ["a.js", "pass"],
        ["b.js", "skip"],
        ["c.js", "fail"],
      ]);
      expect(compareWithExpectations([fail("a.js", "x"), pass("new.js")], known)).toEqual([
        { name: "a.js", expected: "pass", actual: "fail" },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
