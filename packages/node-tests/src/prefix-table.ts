import { measuredPrefixes } from "./measured-prefixes.table.ts";
import type { TestResult } from "./test-result.ts";

/** The score of one group of tests. `passed` includes `skipped`. */
export interface PrefixScore {
  readonly prefix: string;
  readonly passed: number;
  readonly skipped: number;
  readonly total: number;
  readonly floor: number | undefined;
}

const otherPrefix = "(others)";

/** Counts results by prefix, in the order of the table; a last row holds what fits no prefix. Empty groups are left out. */
export function scorePrefixes(results: readonly TestResult[]): readonly PrefixScore[] {
  const rows = [
    ...measuredPrefixes.map(({ prefix, floor }) => ({ prefix, floor })),
    { prefix: otherPrefix, floor: undefined },
  ];
  return rows
    .map(({ prefix, floor }) => {
      const members = results.filter((result) => prefixOf(result.name) === prefix);
      const skipped = members.filter((result) => result.status === "skip").length;
      const passed = members.filter((result) => result.status !== "fail").length;
      return { prefix, passed, skipped, total: members.length, floor };
    })
    .filter((score) => score.total > 0);
}

/** The scores as a Markdown table with a line of totals. */
export function renderPrefixTable(scores: readonly PrefixScore[]): string {
  const sum = (field: "passed" | "skipped" | "total"): number =>
    scores.reduce((total, score) => total + score[field], 0);
  const lines = scores.map(
    ({ prefix, passed, skipped, total, floor }) =>
      `| \`${prefix}*\` | ${passed} | ${total} | ${skipped} | ${floor === undefined ? "" : `${floor}${passed < floor ? " (missed)" : ""}`} |`,
  );
  return [
    "| tests | passed | of | of these skipped | floor |",
    "|---|---|---|---|---|",
    ...lines,
    `| **all** | **${sum("passed")}** | **${sum("total")}** | ${sum("skipped")} | |`,
  ].join("\n");
}

function prefixOf(name: string): string {
  return measuredPrefixes.find(({ prefix }) => name.startsWith(prefix))?.prefix ?? otherPrefix;
}
