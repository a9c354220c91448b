import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readEarlier } from "../src/earlier-results.ts";
import {
  compareWithExpectations,
  readControl,
  readExpectations,
  writeControl,
  writeExpectations,
} from "../src/expectations.ts";
import { renderReasons } from "../src/failure-reasons.ts";
import { groupFailures } from "../src/failure-report.ts";
import { judgeTest } from "../src/judge-test.ts";
import { renderModuleTable, scoreModules } from "../src/module-table.ts";
import type { TestResult } from "../src/test-result.ts";

const pass = (name: string): TestResult => ({ name, status: "pass", durationMs: 1 });
const fail = (name: string, cause: string): TestResult => ({ name, status: "fail", durationMs: 1, cause });

describe("The reports of a run", () => {
  it("count each file once, in its module: skipped ones apart, what Node itself fails as such", () => {
    const skip: TestResult = { name: "test-path-c.js", status: "skip", durationMs: 1 };
    const results = [pass("test-path-a.js"), fail("test-path-b.js", "x"), skip, pass("test-zz.js")];
    const scores = scoreModules(
      results,
      new Map([
        ["test-path-b.js", "fail"],
        ["test-path-c.js", "skip"],
      ] as const),
    );
    expect(scores).toEqual([
      {
        name: "path",
        passed: 1,
        skipped: 1,
        failed: 1,
        failedInNode: 1,
        total: 3,
        possible: 1,
        passedOfPossible: 1,
        goal: 0.95,
      },
      {
        name: "others",
        passed: 1,
        skipped: 0,
        failed: 0,
        failedInNode: 0,
        total: 1,
        possible: 1,
        passedOfPossible: 1,
        goal: undefined,
      },
    ]);
    const table = renderModuleTable(scores);
    expect(table).toContain("| path | 3 | 1 | 1 | 1 | 1 | 33.3 % | 95 % (missed) | 100.0 % |");
    expect(table).toContain("| **all** | **4** | **2** | **1** | **1** | **1** | **50.0 %** | | **100.0 %** |");
  });

  it("choose the longest prefix that fits a file", () => {
    const names = ["test-http-agent.js", "test-http2-ping.js", "test-https-agent.js", "test-fs-read.js"];
    expect(scoreModules(names.map(pass)).map(({ name }) => name)).toEqual(["fs", "http", "http2", "https"]);
  });

  it("give each failed file its reason, the most frequent first, and no word of a program as Markdown", () => {
    const results = [
      fail("test-a.js", "Error: `x`\n# y"),
      fail("test-inspector-b.js", "x"),
      fail("test-inspector-c.js", "x"),
      fail("test-inspector-d.js", "x"),
      pass("test-e.js"),
    ];
    expect(renderReasons(results, new Map([["test-inspector-d.js", "fail"]] as const)).split("\n")).toEqual([
      "- `test-inspector-b.js`: the inspector is refused by name",
      "- `test-inspector-c.js`: the inspector is refused by name",
      "- `test-inspector-d.js`: fails in Node itself",
      "- `test-a.js`: not looked into: `Error: 'x' # y`",
    ]);
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

describe("An earlier run", () => {
  it("is taken over but for its failures and for files that are not asked about", () => {
    const folder = mkdtempSync(join(tmpdir(), "earlier-"));
    try {
      const file = join(folder, "results.json");
      writeFileSync(file, JSON.stringify([pass("a.js"), fail("b.js", "x"), pass("other.js")]));
      expect(readEarlier(file, ["a.js", "b.js", "new.js"])).toEqual([pass("a.js")]);
      writeFileSync(file, JSON.stringify([{ name: "a.js", status: "well" }]));
      expect(() => readEarlier(file, ["a.js"])).toThrow(/holds no results/);
    } finally {
      rmSync(folder, { recursive: true });
    }
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
      writeControl(file, readControl(file), [fail("b.js", "x"), pass("a.js")]);
      expect([...readControl(file)]).toEqual([
        ["b.js", "fail"],
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
