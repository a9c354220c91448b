import { hostileLimits } from "./hostile-program.ts";
import type { SuiteResult, Verdict } from "./run-suite.ts";

/** The page that tells users what hostile programs do to a host, with process cells and with inline ones. */
export function renderHostilePage(processSuite: SuiteResult, inlineSuite: SuiteResult): string {
  const inProcesses = processSuite.verdicts;
  const inline = inlineSuite.verdicts;
  const failed = inProcesses.filter(({ complaints }) => complaints.length > 0);
  const dead = inline.filter(({ end }) => end.kind === "lost");
  const groups = [...new Set(inProcesses.map(({ group }) => group))];
  return `# What hostile programs do to a host

${inProcesses.length} programs that mean harm (${groups.join(", ")}), each with ${hostileLimits.memoryLimit} MiB, ${hostileLimits.cpuTimeLimitMs} ms of CPU time and ${hostileLimits.wallTimeLimitMs} ms in
all, on Node ${process.versions.node}. After each one the host has to be alive, its event loop never held up for over 50 ms, its memory grown
by less than 64 MiB; the next run has to give the right answer, what was exported has to be data, and no fault of ours may have been reported.

**Process cells** (the default), all programs in one host: ${inProcesses.length - failed.length} of ${inProcesses.length} as they should be${failed.length === 0 ? "." : `; not: ${failed.map(({ program }) => `\`${program.name}\``).join(", ")}.`}

**Inline cells**, a host for each program: ${inline.length - dead.length} of ${inline.length} hosts came through. An inline cell runs on the host's own thread, so
that a program holds the host up for as long as its limits let it; and what ends V8 ends the host:

${dead.length === 0 ? "none did, here." : `| program | its host |\n|---|---|\n${dead.map(renderDeath).join("\n")}`}

| program | process cell | host held up, ms | grown, MiB | inline cell | host held up, ms | grown, MiB |
|---|---|---|---|---|---|---|
${inProcesses.map((verdict) => renderRow(verdict, inline)).join("\n")}

Held up: the most CPU time of the host's thread between two turns of its event loop. This page is written by the runner:

\`\`\`sh
npx --yes pnpm@12.21.0 hostile --docs docs/hostile-programs.md
\`\`\`
`;
}

function renderDeath({ program, end }: Verdict): string {
  return `| \`${program.name}\` | ${cell(end.kind === "lost" ? end.reason : "")} |`;
}

function renderRow(verdict: Verdict, inline: readonly Verdict[]): string {
  const { group, program } = verdict;
  const other = inline.find((candidate) => candidate.program.name === program.name);
  return `| ${group}: \`${program.name}\` | ${renderEnd(verdict)} | ${other === undefined ? "| |" : renderEnd(other)} |`;
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
