import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
// biome-ignore lint/correctness/useImportExtensions: it stands beside its declarations, and runs as it is on Node 20
import { readVerdict } from "../verdict.mjs";
import { root } from "./read-document.ts";

/** Runs files of tests beside one another, as `npm test` does, with a reporter that waits for as long as is said, in milliseconds. */
function run(silenceMs: number, sources: Readonly<Record<string, string>>) {
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  const folder = mkdtempSync(join(root, "node_modules/.cache/stuck-"));
  try {
    for (const [name, source] of Object.entries(sources))
      writeFileSync(join(folder, `${name}.test.mjs`), `import { test } from "vitest";\n${source}`);
    const report = join(folder, "report.json");
    const reporters = [
      ["json", { outputFile: report }],
      [join(root, "scripts/stuck-tests.ts"), { silenceMs }],
    ];
    writeFileSync(
      join(folder, "vitest.config.mjs"),
      `export default { test: ${JSON.stringify({ maxWorkers: 2, reporters })} };\n`,
    );
    const { status, stderr } = spawnSync(join(root, "node_modules/.bin/vitest"), ["run", "--root", folder], {
      cwd: folder,
      encoding: "utf8",
      timeout: 25_000,
    });
    return { status, stderr, verdict: readVerdict(readFileSync(report, "utf8"), status ?? 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a run that is stuck in one call is ended, and told of by its tests and processes", () => {
  const { status, stderr, verdict } = run(1000, {
    good: `test("ends", () => {});`,
    stuck: `test("goes round", () => { for (;;); }); test("is not reached", () => {});`,
  });
  expect(status).toBe(1);
  expect(verdict).toEqual({ passed: 1, failed: 1 });
  expect(stderr).toMatch(/Not ended:\n.*stuck\.test\.mjs\n {2}goes round\n {2}is not reached\nThe processes/u);
  if (process.platform === "linux") expect(stderr).toMatch(/^\d+ R .*forks\.js$/mu);
});

test("a run that goes on is left alone, however long it is", () => {
  const pauses = Array.from(
    { length: 3 },
    (_, at) => `test("${at}", () => new Promise((done) => setTimeout(done, 1600)));`,
  );
  const { status, stderr, verdict } = run(4000, { slow: pauses.join("\n") });
  expect({ status, stderr, verdict }).toEqual({ status: 0, stderr: "", verdict: { passed: 3, failed: 0 } });
});
