import { mkdirSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readEarlier } from "../src/earlier-results.ts";
import { readOptions } from "../src/options.ts";
import { Progress } from "../src/progress.ts";
import { listTestFiles } from "../src/suite-folder.ts";
import type { TestResult } from "../src/test-result.ts";
import { UsageError } from "../src/usage-error.ts";

const suite = fileURLToPath(new URL("./suite", import.meta.url));

describe("What the runner is asked for", () => {
  it.each([
    [[], /--suite DIR is needed/],
    [["--suite"], /'--suite <value>' argument missing/],
    [["--suite", suite, "--filtr", "x"], /Unknown option '--filtr'/],
    [["--suite", suite, "--cell", "worker"], /process or inline, not worker/],
    [["--suite", suite, "--jobs", "0"], /--jobs must be a positive integer, not 0/],
    [["--suite", suite, "--out", "/no/such/folder/out.json"], /--out: .* cannot be written/],
    [["--suite", suite, "--docs", tmpdir()], /--docs: .* is a directory/],
  ])("is refused in one line: %j", (args, words) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(words);
  });

  it("has the defaults that the help names", () => {
    expect(readOptions(["--suite", suite])).toMatchObject({
      suite,
      filters: ["*"],
      jobs: 2,
      conditions: { cell: "process", timeoutMs: 10_000 },
    });
    expect(readOptions(["-h"])).toEqual({ other: { kind: "help" } });
  });

  it("finds tests by name, with their folder and extension or without", () => {
    const wanted = ["test-control-top-level-await.mjs"];
    for (const pattern of ["test-control-top*", "*-await.mjs", "test/parallel/test-control-top-level-await.mjs"]) {
      expect(listTestFiles(suite, [pattern])).toEqual(wanted);
    }
    expect(() => listTestFiles(suite, ["*", "test-nothing*"])).toThrow(/No test of .*parallel matches test-nothing\*/);
  });

  it("names the suite that may have been meant", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "checkout-"));
    for (const name of ["common", "parallel"]) mkdirSync(join(folder.path, "test", name), { recursive: true });
    const meant = `did you mean ${join(folder.path, "test")}?`;
    expect(() => listTestFiles(folder.path, ["*"])).toThrow(meant);
    expect(() => listTestFiles(join(folder.path, "test", "parallel"), ["*"])).toThrow(meant);
    expect(() => listTestFiles(dirname(folder.path), ["*"])).toThrow(/no suite of Node's tests/);
    const file = join(folder.path, "results.json");
    expect(() => readEarlier(file, [])).toThrow(UsageError);
    writeFileSync(file, "{");
    expect(() => readEarlier(file, [])).toThrow(UsageError);
  });
});

describe("The progress of a run", () => {
  const written = (isTTY: boolean, count: number): string => {
    const pieces: unknown[] = [];
    const stream = { isTTY, columns: 40, write: (piece: unknown) => pieces.push(piece) > 0 };
    const progress = new Progress(count, stream);
    for (let index = 1; index <= count; index += 1) {
      const result: TestResult = { name: `test-${index}.js`, status: "pass", durationMs: 1 };
      progress.tell(index === 2 ? { ...result, status: "fail", cause: "it broke" } : result);
    }
    progress.end();
    return pieces.join("");
  };

  it("is failures and a line for each hundred files in a log", () => {
    expect(written(false, 200).split("\n")).toEqual([
      "[2/200] test-2.js: it broke",
      "[100/200] 99 passed, 0 skipped themselves, 1 failed",
      "[200/200] 199 passed, 0 skipped themselves, 1 failed",
      "",
    ]);
  });

  it("is one line on a terminal, within its width, and gone at the end", () => {
    const text = written(true, 2);
    expect(text).toContain("\r\x1b[2K[1/2] 1 passed, 0 skipped themselves, ");
    expect(text).toContain("\r\x1b[2K[2/2] test-2.js: it broke\n");
    expect(text.endsWith("\r\x1b[2K")).toBe(true);
    expect(text.split("\r\x1b[2K").every((line) => line.endsWith("\n") || line.length < 40)).toBe(true);
  });
});
