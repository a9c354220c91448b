import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
// biome-ignore lint/correctness/useImportExtensions: it stands beside its declarations, and runs as it is on Node 20
import { readVerdict, type Verdict } from "../verdict.mjs";
import { root } from "./read-document.ts";

/** What vitest reports of one file of tests. */
function verdictOn(source: string): Verdict {
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  const folder = mkdtempSync(join(root, "node_modules/.cache/verdict-"));
  try {
    writeFileSync(
      join(folder, "one.test.mjs"),
      `import { afterAll, beforeAll, describe, test } from "vitest";\n${source}`,
    );
    writeFileSync(join(folder, "vitest.config.mjs"), "export default {};\n");
    const report = join(folder, "report.json");
    const args = ["run", "--root", folder, "--reporter=json", `--outputFile.json=${report}`];
    const { status } = spawnSync(join(root, "node_modules/.bin/vitest"), args, { cwd: folder });
    return readVerdict(readFileSync(report, "utf8"), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const fail = "() => { throw new Error(); }";

test.each([
  { what: "tests that pass", source: `test("a", () => {}); test.skip("b", () => {});`, passed: 1, failed: 0 },
  {
    what: "tests that fail",
    source: `test("a", () => {}); test("b", ${fail}); test("c", ${fail});`,
    passed: 1,
    failed: 2,
  },
  { what: "a preparation that fails", source: `beforeAll(${fail}); test("a", () => {});`, passed: 0, failed: 1 },
  {
    what: "the preparation of one group that fails",
    source: `describe("x", () => { beforeAll(${fail}); test("a", () => {}); }); test("b", () => {});`,
    passed: 1,
    failed: 1,
  },
  { what: "a clean-up that fails", source: `afterAll(${fail}); test("a", () => {});`, passed: 1, failed: 1 },
  { what: "a file that does not load", source: `throw new Error();`, passed: 0, failed: 1 },
  {
    what: "an error that belongs to no test",
    source: `test("a", () => void Promise.reject(new Error()));`,
    passed: 1,
    failed: 1,
  },
])("the verdict counts $what", ({ source, passed, failed }) => {
  expect(verdictOn(source)).toEqual({ passed, failed });
});
