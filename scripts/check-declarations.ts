/**
 * Holds every export of the sources to an explicit type (isolatedDeclarations; tables are their own type: they may infer
 * it), and every export of the published packages to a docstring.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findUndocumented } from "./find-undocumented.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/.bin/tsc", import.meta.url));
const run = spawnSync(tsc, ["--project", "tsconfig.sources.json", "--pretty", "false"], {
  cwd: root,
  encoding: "utf8",
});
const inferredTable = /\.table\.ts\(\d+,\d+\): error TS90\d\d:/;
const faults = run.stdout.split("\n").filter((line) => line !== "" && !inferredTable.test(line));

faults.push(...findUndocumented(root));
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
