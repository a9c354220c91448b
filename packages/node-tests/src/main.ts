import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { renderCompatibilityPage } from "./compatibility-page.ts";
import { readEarlier } from "./earlier-results.ts";
import {
  compareWithExpectations,
  readControl,
  readExpectations,
  writeControl,
  writeExpectations,
} from "./expectations.ts";
import { renderFailures } from "./failure-report.ts";
import { renderModuleTable, scoreModules } from "./module-table.ts";
import { renderRefusalsPage } from "./refusals-page.ts";
import { runSuiteInNode } from "./run-in-node.ts";
import { runSuite } from "./run-suite.ts";
import { listTestFiles } from "./suite-folder.ts";
import type { TestResult } from "./test-result.ts";

const usage = `Runs Node's own tests, each file in a fresh guest over an in-memory filesystem.
Of the system's commands they may start a few that do no harm (cat, echo, grep, …), and no shell.

  --suite DIR       the "test" folder of a checkout of Node (required)
  --filter GLOB     file names to run, e.g. 'test-fs-*'; may be repeated (default: all)
  --jobs N          files at once (default: 2)
  --timeout MS      wall-clock limit of one file (default: 10000)
  --cell KIND       process | inline (default: process)
  --out FILE        write every result as JSON
  --after FILE      such results of an earlier run: what failed in it, or was not run, runs again; the rest is taken over
  --failures FILE   write the failures, grouped by cause, as Markdown
  --docs FILE       write the page of figures
  --refusals FILE   write the page of what a guest refuses, and run no tests: needs no suite
  --suite-version V what the page calls the suite (default: 24)
  --check           compare with the expectations; a difference for the worse ends with code 1
  --update          take what was found as the new expectations
  --in-node         run the files in this Node itself, no guest: the control. They delete, listen and kill as its user
                    may: only where there is nothing to lose. With --update: what is known of Node itself
`;

const expectationsFile = fileURLToPath(new URL("../expectations/node-24.json", import.meta.url));
const controlFile = fileURLToPath(new URL("../expectations/node-itself-24.json", import.meta.url));

const { values } = parseArgs({
  options: {
    suite: { type: "string" },
    filter: { type: "string", multiple: true },
    jobs: { type: "string", default: "2" },
    timeout: { type: "string", default: "10000" },
    cell: { type: "string", default: "process" },
    out: { type: "string" },
    after: { type: "string" },
    failures: { type: "string" },
    docs: { type: "string" },
    refusals: { type: "string" },
    "suite-version": { type: "string", default: "24" },
    check: { type: "boolean", default: false },
    update: { type: "boolean", default: false },
    "in-node": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.refusals !== undefined) {
  writeFileSync(values.refusals, await renderRefusalsPage());
  process.exit();
}

if (values.help || values.suite === undefined) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

const suite = resolve(values.suite);
const listed = listTestFiles(suite, values.filter ?? ["*"]);
const earlier = values.after === undefined ? [] : readEarlier(values.after, listed);
const settled = new Set(earlier.map(({ name }) => name));
const names = listed.filter((name) => !settled.has(name));
let done = 0;
const run = values["in-node"] ? runSuiteInNode : runSuite;
const found = await run({
  suite,
  names,
  jobs: positiveInteger("jobs", values.jobs),
  conditions: {
    cell: values.cell === "inline" ? "inline" : "process",
    timeoutMs: positiveInteger("timeout", values.timeout),
  },
  onResult: (result) => {
    done += 1;
    if (result.status === "fail") console.log(`[${done}/${names.length}] ${result.name}: ${result.cause}`);
  },
});

const results = [...earlier, ...found];
const control = existsSync(controlFile) ? readControl(controlFile) : new Map();
const scores = scoreModules(results, control);
console.log(`\n${renderModuleTable(scores)}`);
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`);
if (values.failures !== undefined) writeFileSync(values.failures, renderFailures(results));
if (values.docs !== undefined) {
  const versions = { runtimeVersion: process.versions.node, suiteVersion: values["suite-version"] };
  writeFileSync(values.docs, renderCompatibilityPage(results, control, versions));
}
if (values.check) reportDifferences(results);
if (values.update && values["in-node"]) writeControl(controlFile, control, results);
else if (values.update) writeExpectations(expectationsFile, knownExpectations(), results);

function reportDifferences(found: readonly TestResult[]): void {
  const differences = compareWithExpectations(found, knownExpectations());
  for (const { name, expected, actual } of differences) console.log(`${name}: expected ${expected}, got ${actual}`);
  const worse = differences.filter(({ actual }) => actual === "fail");
  console.log(`${worse.length} worse than expected, ${differences.length - worse.length} better or different`);
  if (worse.length > 0) process.exitCode = 1;
}

function knownExpectations(): ReturnType<typeof readExpectations> {
  return existsSync(expectationsFile) ? readExpectations(expectationsFile) : {};
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0) {
    console.error(`--${name} must be a positive integer, not ${text}`);
    process.exit(2);
  }
  return value;
}
