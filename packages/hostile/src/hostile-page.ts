import { hostileLimits } from "./hostile-program.ts";
import type { SuiteResult, Verdict } from "./run-suite.ts";

/** The page that tells users what hostile programs do to a host, with each kind of cells. */
export function renderHostilePage(
  processSuite: SuiteResult,
  workerSuite: SuiteResult,
  inlineSuite: SuiteResult,
): string {
  const inProcesses = processSuite.verdicts;
  const failed = inProcesses.filter(({ complaints }) => complaints.length > 0);
  const groups = [...new Set(inProcesses.map(({ group }) => group))];
  return `# What hostile programs do to a host

${inProcesses.length} programs that mean harm (${groups.join(", ")}), each with ${hostileLimits.memoryLimit} MiB, ${hostileLimits.cpuTimeLimitMs} ms of CPU time and ${hostileLimits.wallTimeLimitMs} ms in
all, on Node ${process.versions.node}. After each one the host has to be alive, its event loop never held up for over 50 ms, its memory grown
by less than 64 MiB; the next run has to give the right answer, what was exported has to be data, and no fault of ours may have been reported.

**Process cells** (the default), all programs in one host: ${inProcesses.length - failed.length} of ${inProcesses.length} as they should be${failed.length === 0 ? "." : `; not: ${failed.map(({ program }) => `\`${program.name}\``).join(", ")}.`}

**Worker cells**, a host for each program: ${survivors(workerSuite)} hosts came through. A worker cell is a thread of the host's own
process: it does not hold the host's event loop up, but what a program makes of memory is the host's, and what ends V8 ends the host:

${renderDeaths(workerSuite)}

**Inline cells**, a host for each program: ${survivors(inlineSuite)} hosts came through. An inline cell runs on the host's own thread, so
that a program holds the host up for as long as its limits let it; and what ends V8 ends the host:

${renderDeaths(inlineSuite)}

| program | process cell | host held up, ms | grown, MiB | worker cell | host held up, ms | grown, MiB | inline cell | host held up, ms | grown, MiB |
|---|---|---|---|---|---|---|---|---|---|
${inProcesses.map((verdict) => renderRow(verdict, [workerSuite, inlineSuite])).join("\n")}

Held up: the most CPU time of the host's thread between two turns of its event loop. This page is written by the runner:

\`\`\`sh
npx --yes pnpm@12.21.0 hostile --docs docs/hostile-programs.md
\`\`\`
`;
}

function deaths({ verdicts }: SuiteResult): readonly Verdict[] {
  return verdicts.filter(({ end }) => end.kind === "lost");
}

function survivors(suite: SuiteResult): string {
  return `${suite.verdicts.length - deaths(suite).length} of ${suite.verdicts.length}`;
}

function renderDeaths(suite: SuiteResult): string {
  const dead = deaths(suite);
  return dead.length === 0
    ? "none did, here."
    : `| program | its host |\n|---|---|\n${dead.map(renderDeath).join("\n")}`;
}

function renderDeath({ program, end }: Verdict): string {
  return `| \`${program.name}\` | ${cell(end.kind === "lost" ? end.reason : "")} |`;
}

function renderRow(verdict: Verdict, others: readonly SuiteResult[]): string {
  const { group, program } = verdict;
  const ends = others.map(({ verdicts }) => {
    const other = verdicts.find((candidate) => candidate.program.name === program.name);
    return other === undefined ? "| |" : renderEnd(other);
  });
  return `| ${group}: \`${program.name}\` | ${[renderEnd(verdict), ...ends].join(" | ")} |`;
}

function renderEnd({ end }: Verdict): string {
  if (end.kind === "lost") return "**host lost** | |";
  const { outcome, stallMs, growthBytes } = end.report;
  return `${outcome} | ${stallMs.toFixed(0)} | ${(growthBytes / 2 ** 20).toFixed(0)}`;
}

/** Text as the cell of a table. */
function cell(text: string): string {
  return text.replace(/[\u0000-\u001f|`<>]+/gu, " ").slice(0, 200);
}
