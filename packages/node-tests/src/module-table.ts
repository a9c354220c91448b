import type { Control } from "./expectations.ts";
import { type TestedModule, testedModules } from "./modules.table.ts";
import type { TestResult } from "./test-result.ts";

/** The score of one group of tests. */
export interface ModuleScore {
  readonly name: string;
  /** Ran its assertions and ended well. */
  readonly passed: number;
  /** Said itself that it cannot run here. */
  readonly skipped: number;
  readonly failed: number;
  /** Of the failed: what fails in Node itself too. */
  readonly failedInNode: number;
  readonly total: number;
  /** Files that Node itself passes. */
  readonly possible: number;
  readonly passedOfPossible: number;
  /** Share of `total`, 0 to 1. */
  readonly goal: number | undefined;
}

const others: TestedModule = { name: "others", prefixes: [] };

/** Counts results by module, in the order of the table; a last row holds what fits none. Empty groups are left out. */
export function scoreModules(results: readonly TestResult[], control: Control = new Map()): readonly ModuleScore[] {
  const members = Map.groupBy(results, ({ name }) => moduleOf(name));
  return [...testedModules, others].flatMap((module) => {
    const files = members.get(module);
    return files === undefined ? [] : [scoreOf(module, files, control)];
  });
}

function scoreOf({ name, goal }: TestedModule, files: readonly TestResult[], control: Control): ModuleScore {
  const count = (wanted: TestResult["status"]): number => files.filter(({ status }) => status === wanted).length;
  const possible = files.filter((file) => !control.has(file.name));
  return {
    name,
    passed: count("pass"),
    skipped: count("skip"),
    failed: count("fail"),
    failedInNode: files.filter((file) => file.status === "fail" && control.get(file.name) === "fail").length,
    total: files.length,
    possible: possible.length,
    passedOfPossible: possible.filter(({ status }) => status === "pass").length,
    goal,
  };
}

/** The scores as a Markdown table with a line of totals. */
export function renderModuleTable(scores: readonly ModuleScore[]): string {
  const sum = (field: Exclude<keyof ModuleScore, "name" | "goal">): number =>
    scores.reduce((total, score) => total + score[field], 0);
  const all = { passed: sum("passed"), total: sum("total") };
  const ofPossible = percent(sum("passedOfPossible"), sum("possible"));
  return [
    "| module | files | passed | skipped themselves | failed | of these in Node too | share | goal | share of what Node passes |",
    "|---|---|---|---|---|---|---|---|---|",
    ...scores.map(
      (score) =>
        `| ${score.name} | ${score.total} | ${score.passed} | ${score.skipped} | ${score.failed} | ${score.failedInNode} | ${percent(score.passed, score.total)} | ${renderGoal(score)} | ${percent(score.passedOfPossible, score.possible)} |`,
    ),
    `| **all** | **${all.total}** | **${all.passed}** | **${sum("skipped")}** | **${sum("failed")}** | **${sum("failedInNode")}** | **${percent(all.passed, all.total)}** | | **${ofPossible}** |`,
  ].join("\n");
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "" : `${((100 * part) / whole).toFixed(1)} %`;
}

function renderGoal({ goal, passed, total }: ModuleScore): string {
  if (goal === undefined) return "";
  return `${Math.round(100 * goal)} %${passed < goal * total ? " (missed)" : ""}`;
}

function moduleOf(file: string): TestedModule {
  const stem = file.replace(/^test-/, "");
  let best = others;
  let length = 0;
  for (const module of testedModules) {
    for (const prefix of module.prefixes) {
      if (prefix.length > length && stem.startsWith(prefix)) [best, length] = [module, prefix.length];
    }
  }
  return best;
}
