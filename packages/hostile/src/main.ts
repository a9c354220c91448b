import { writeFileSync } from "node:fs";
import { matchesGlob } from "node:path";
import { parseArgs } from "node:util";
import { programGroups } from "./all-programs.ts";
import type { CellKind } from "./host-messages.ts";
import { renderHostilePage } from "./hostile-page.ts";
import { renderHead, renderSummary, renderVerdict } from "./render-verdicts.ts";
import { runSuite, type SuiteResult } from "./run-suite.ts";
import { loadSuite, saveSuite } from "./saved-suite.ts";

const usage = `Runs programs that mean harm, and tells how their host came through.

  --cell KIND     process | worker | inline (default: process). All but process: each program in a host of its own, which
                  it may end
  --filter GLOB   names to run, e.g. 'memory/*' or '*/wasm-*'; may be repeated (default: all)
  --save FILE     write what the run has shown as JSON, too
  --docs FILE     write the page about it, and run nothing when there are files to write it from
  --from FILE     what a run has shown; may be repeated: of a program that was run twice, the later file counts.
                  Without any, --docs runs all programs in every kind of cell
`;

const { values } = parseArgs({
  options: {
    cell: { type: "string", default: "process" },
    filter: { type: "string", multiple: true, default: ["*/*"] },
    save: { type: "string" },
    docs: { type: "string" },
    from: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

const cells = values.cell;
if (values.help || (cells !== "process" && cells !== "worker" && cells !== "inline")) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

if (values.docs === undefined) {
  const result = await runAndPrint(cells);
  if (values.save !== undefined) saveSuite(values.save, result);
  // A host that a cell in its own process ends is no failure of the suite: finding it is what that run is for.
  process.exitCode = result.verdicts.length > 0 && (result.passed || cells !== "process") ? 0 : 1;
} else if (values.from.length > 0) {
  const load = (kind: CellKind): SuiteResult => loadSuite(values.from, kind);
  writeFileSync(
    values.docs,
    renderHostilePage({ process: load("process"), worker: load("worker"), inline: load("inline") }),
  );
} else {
  const inProcesses = await runAndPrint("process");
  const inWorkers = await runAndPrint("worker");
  const inline = await runAndPrint("inline");
  writeFileSync(values.docs, renderHostilePage({ process: inProcesses, worker: inWorkers, inline }));
  process.exitCode = inProcesses.passed ? 0 : 1;
}

async function runAndPrint(kind: CellKind): Promise<SuiteResult> {
  const groups = programGroups.map(({ name, programs }) => ({
    name,
    programs: programs.filter((program) => values.filter.some((glob) => matchesGlob(`${name}/${program.name}`, glob))),
  }));
  const total = groups.reduce((sum, { programs }) => sum + programs.length, 0);
  console.log(`${total} programs, ${kind} cells\n${" ".repeat(10)}${renderHead()}`);
  let done = 0;
  const result = await runSuite({
    groups,
    cells: kind,
    onVerdict: (verdict) => {
      done += 1;
      console.log(`${`[${done}/${total}]`.padEnd(10)}${renderVerdict(verdict)}`);
    },
  });
  console.log(renderSummary(result));
  return result;
}
