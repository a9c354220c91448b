import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderCompatibilityPage } from "./compatibility-page.ts";
import { readEarlier } from "./earlier-results.ts";
import {
  compareWithExpectations,
  readControl,
  readExpectations,
  writeControl,
  writeExpectations,
} from "./expectations.ts";
import { renderFailures, renderFrequentFailures } from "./failure-report.ts";
import { renderModuleTable, scoreModules } from "./module-table.ts";
import { type RunnerOptions, readOptions, usage } from "./options.ts";
import { Progress } from "./progress.ts";
import { renderRefusalsPage } from "./refusals-page.ts";
import { runSuiteInNode } from "./run-in-node.ts";
import { runSuite } from "./run-suite.ts";
import { listTestFiles } from "./suite-folder.ts";
import type { TestResult } from "./test-result.ts";
import { UsageError } from "./usage-error.ts";

const expectationsFile = fileURLToPath(new URL("../expectations/node-24.json", import.meta.url));
const controlFile = fileURLToPath(new URL("../expectations/node-itself-24.json", import.meta.url));
const INTERRUPTED = 130;

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n--help tells of all options`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!("other" in options)) await runAndTell(options);
  else if (options.other.kind === "help") console.log(usage);
  else writeFileSync(options.other.file, await renderRefusalsPage());
}

async function runAndTell(options: RunnerOptions): Promise<void> {
  const listed = listTestFiles(options.suite, options.filters);
  const earlier = options.after === undefined ? [] : readEarlier(options.after, listed);
  const settled = new Set(earlier.map(({ name }) => name));
  const names = listed.filter((name) => !settled.has(name));
  const interruption = interruptible();
  const found = await run(options, names, interruption);
  const results = [...earlier, ...found];

  const control = existsSync(controlFile) ? readControl(controlFile) : new Map();
  console.log(`\n${renderModuleTable(scoreModules(results, control))}`);
  if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(results, null, 2)}\n`);
  if (options.failures !== undefined) writeFileSync(options.failures, renderFailures(results));
  else console.log(renderFrequentFailures(results));
  if (interruption.aborted) {
    console.error(`Interrupted: ${names.length - found.length} of ${listed.length} files were not run to their end`);
    process.exitCode = INTERRUPTED;
    return;
  }
  if (options.docs !== undefined) {
    const versions = { runtimeVersion: process.versions.node, suiteVersion: options.suiteVersion };
    writeFileSync(options.docs, renderCompatibilityPage(results, control, versions));
  }
  if (options.check) reportDifferences(results);
  if (options.update && options.inNode) writeControl(controlFile, control, results);
  else if (options.update) writeExpectations(expectationsFile, knownExpectations(), results);
}

async function run(
  { suite, jobs, conditions, inNode }: RunnerOptions,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly TestResult[]> {
  const where = inNode ? "this Node itself" : `guests in ${conditions.cell} cells`;
  console.log(`${names.length} files in ${where}, ${jobs} at a time`);
  const progress = new Progress(names.length, process.stdout);
  try {
    const onResult = (result: TestResult): void => progress.tell(result);
    return await (inNode ? runSuiteInNode : runSuite)({ suite, names, jobs, conditions, signal, onResult });
  } finally {
    progress.end();
  }
}

/** Aborted by the first `SIGINT` or `SIGTERM`; the second ends the process. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

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
