import { readFileSync, writeFileSync } from "node:fs";
import { findProgram } from "./all-programs.ts";
import type { HostEnd } from "./host.ts";
import type { CellKind } from "./host-messages.ts";
import type { SuiteResult, Verdict } from "./run-suite.ts";

/** A result as a file holds it: programs by their names. */
interface SavedSuite {
  readonly cells: CellKind;
  readonly verdicts: readonly SavedVerdict[];
  readonly lastingGrowthMiB?: number;
}

interface SavedVerdict {
  readonly group: string;
  readonly program: string;
  readonly end: HostEnd;
  readonly complaints: readonly string[];
}

/** Writes what a run of the suite has shown, for a page that is written later. */
export function saveSuite(file: string, { cells, verdicts, lastingGrowthMiB }: SuiteResult): void {
  const saved: SavedSuite = {
    cells,
    verdicts: verdicts.map((verdict) => ({ ...verdict, program: verdict.program.name })),
    ...(lastingGrowthMiB === undefined ? {} : { lastingGrowthMiB }),
  };
  writeFileSync(file, `${JSON.stringify(saved, null, 1)}\n`);
}

/**
 * What runs with cells of one kind have shown, all together: of a program that was run twice, the later file counts.
 * @throws Error for a kind that no file is about, and for a file about a program that is no more
 */
export function loadSuite(files: readonly string[], cells: CellKind): SuiteResult {
  const suites = files
    .map((file) => JSON.parse(readFileSync(file, "utf8")) as SavedSuite)
    .filter((suite) => suite.cells === cells);
  const verdicts = new Map<string, Verdict>();
  for (const verdict of suites.flatMap((suite) => suite.verdicts)) {
    verdicts.set(verdict.program, { ...verdict, program: findProgram(verdict.program) });
  }
  if (verdicts.size === 0) throw new Error(`No file tells of ${cells} cells`);
  // A host that has come through all of them is in one file, if there was one.
  const lastingGrowthMiB = suites.length === 1 ? suites[0]?.lastingGrowthMiB : undefined;
  const all = [...verdicts.values()];
  const passed = all.every(({ complaints }) => complaints.length === 0);
  return { cells, verdicts: all, passed, ...(lastingGrowthMiB === undefined ? {} : { lastingGrowthMiB }) };
}
