import type { SuiteResult, Verdict } from "./run-suite.ts";

const NAME_WIDTH = 40;
const OUTCOME_WIDTH = 16;
const FIGURE_WIDTH = 8;
/** A complaint may quote what a program said. */
const LONGEST_COMPLAINT = 400;

/** The head of the table: what the columns are. */
export function renderHead(): string {
  const figures = ["ms", "stall", "pause", "MiB", "stays"].map((word) => word.padStart(FIGURE_WIDTH)).join("");
  return `${"program".padEnd(NAME_WIDTH)}${"outcome".padEnd(OUTCOME_WIDTH)}${figures}`;
}

/** One program as a line of the table, and a line below it for each complaint. */
export function renderVerdict({ group, program, end, complaints }: Verdict): string {
  const name = `${group}/${program.name}`.padEnd(NAME_WIDTH);
  const line =
    end.kind === "lost"
      ? `${name}${"-".padEnd(OUTCOME_WIDTH)}${" ".repeat(5 * FIGURE_WIDTH)}`
      : name + renderReport(end.report);
  const words = complaints.map((complaint) => `\n    ${printable(complaint).slice(0, LONGEST_COMPLAINT)}`);
  return `${line}  ${complaints.length === 0 ? "ok" : "FAILED"}${words.join("")}`;
}

function renderReport(report: Extract<Verdict["end"], { kind: "report" }>["report"]): string {
  const { outcome, elapsedMs, stallMs, pauseMs, growthBytes, lastingBytes } = report;
  const sizes = [growthBytes, lastingBytes].map((bytes) => (bytes / 2 ** 20).toFixed(1));
  const figures = [elapsedMs.toFixed(0), stallMs.toFixed(1), pauseMs.toFixed(1), ...sizes];
  return outcome.padEnd(OUTCOME_WIDTH) + figures.map((figure) => figure.padStart(FIGURE_WIDTH)).join("");
}

/** Text that a program may have chosen, without what a terminal obeys. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/gu, " ");
}

/** What the columns mean, the worst figures, and the last line: how many passed. */
export function renderSummary({ verdicts, lastingGrowthMiB }: SuiteResult): string {
  const reports = verdicts.flatMap(({ end }) => (end.kind === "report" ? [end.report] : []));
  const worst = (pick: (report: (typeof reports)[number]) => number): string =>
    Math.max(0, ...reports.map(pick)).toFixed(1);
  const failed = verdicts.filter(({ complaints }) => complaints.length > 0);
  return `
ms: the whole run; stall: the most CPU time of the host's thread between two turns of its event loop, in ms (50 allowed);
pause: the most time between two turns, whoever held the machine up; MiB: growth of the host at its largest; stays: growth of the host after the next run (64
allowed: with process cells of the first, with others of the second)
worst: stall ${worst(({ stallMs }) => stallMs)} ms, pause ${worst(({ pauseMs }) => pauseMs)} ms, growth ${worst(({ growthBytes }) => growthBytes / 2 ** 20)} MiB${lastingGrowthMiB === undefined ? "" : `\ngrowth of the host that came through all: ${lastingGrowthMiB.toFixed(1)} MiB (64 allowed)`}
${verdicts.length - failed.length} passed, ${failed.length} failed${failed.map(({ program }) => `\n  ${program.name}`).join("")}`;
}
