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
