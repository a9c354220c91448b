import type { TestResult } from "./test-result.ts";

/** Failures that begin with the same line. */
export interface FailureCause {
  readonly cause: string;
  readonly names: readonly string[];
}

/** Groups failures by cause, the most frequent first. Numbers and quoted names are not told apart. */
export function groupFailures(results: readonly TestResult[]): readonly FailureCause[] {
  const groups = new Map<string, { cause: string; names: string[] }>();
  for (const result of results) {
    if (result.status !== "fail") continue;
    const cause = result.cause ?? "no cause given";
    const key = cause.replace(/\d+/g, "0").slice(0, 120);
    const group = groups.get(key) ?? { cause, names: [] };
    group.names.push(result.name);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.names.length - a.names.length || a.cause.localeCompare(b.cause));
}

/** The groups as Markdown, one heading per cause. */
export function renderFailures(results: readonly TestResult[]): string {
  return groupFailures(results)
    .map(
      ({ cause, names }) =>
        `## ${names.length} × ${cause.slice(0, 200)}\n\n${names.map((name) => `- ${name}`).join("\n")}\n`,
    )
    .join("\n");
}

/** So many causes fit on a screen. */
const MOST_CAUSES = 10;

/** The most frequent causes, a line each, for a terminal; the empty text where nothing failed. */
export function renderFrequentFailures(results: readonly TestResult[]): string {
  const groups = groupFailures(results);
  if (groups.length === 0) return "";
  const lines = groups.slice(0, MOST_CAUSES).map(({ cause, names }) => {
    const [first = "", ...others] = names;
    return `${`${names.length} ×`.padStart(6)} ${cause.slice(0, 100)} (${first}${others.length > 0 ? ", …" : ""})`;
  });
  const rest = groups.length - lines.length;
  return [
    "\nWhy files failed, the most frequent first (--failures FILE: all):",
    ...lines,
    ...(rest > 0 ? [`       and ${rest} more`] : []),
  ].join("\n");
}
