import type { CellKind, HostReport } from "./host-messages.ts";
import { hostileLimits } from "./hostile-program.ts";
import { LARGEST_GROWTH_MIB, LONGEST_STALL_MS } from "./judge.ts";
import type { SuiteResult, Verdict } from "./run-suite.ts";

/** What {@link renderHostilePage} is made of: a run of all programs with each kind of cells. */
export interface HostileSuites {
  readonly process: SuiteResult;
  readonly worker: SuiteResult;
  readonly inline: SuiteResult;
}

/** The page that tells users what hostile programs do to a host, with each kind of cells. */
export function renderHostilePage(suites: HostileSuites): string {
  const { memoryLimit, processOverheadLimit, cpuTimeLimitMs, wallTimeLimitMs } = hostileLimits;
  return `# What hostile programs do to a host

A *hostile program* means harm to the service that runs it: it takes memory by every road that V8 has, does not end, prints, exports or
calls without end, forges messages, and changes what others rely on. This repository has ${suites.process.verdicts.length} of them (\`packages/hostile\`), each with
limits that it soon meets: ${memoryLimit} MiB (\`memoryLimit\`), ${processOverheadLimit} MiB beside them (\`processOverheadLimit\`), ${cpuTimeLimitMs} ms of CPU time and ${wallTimeLimitMs} ms in all, unless it needs more
to do its worst. A program is *held* when after it

- the host is alive, and was not held up for over ${LONGEST_STALL_MS} ms (CPU time of its thread between two turns of its event loop);
- the host has grown by less than ${LARGEST_GROWTH_MIB} MiB: with process cells at its largest, with others after the next run, since what a guest in
  the host's own process may have, the host has meanwhile;
- the outcome is one that is right for the program, what it exported is data, and nothing of ours reported a fault;
- the next run gives the right answer, and sees nothing of the one before.

On Node ${process.versions.node}, ${process.platform} ${process.arch}; with process cells one host for all programs, with others a host for each:

| cells | held | hosts lost | longest held up, ms | most that stayed, MiB |
|---|---|---|---|---|
${kinds.map((kind) => renderTotals(kind, suites[kind])).join("\n")}

Lost: the host ended, or gave no answer for 45 seconds. For process cells the last column is the host at its largest.

## Process cells

${renderFailures("process", suites.process, "All programs are held.")}

## Worker cells

A worker cell is a thread of the host's own process. The host decides when a run is over, so that outcomes come in time, and its event loop goes
on; but a thread cannot be killed. A function of V8's that looks for no interrupt runs on after its run has ended, keeps what it has taken, and
takes more, up to twice \`memoryLimit\` and 1 GiB; then V8 gives up, and the thread sleeps for ever with all of it. A process with eight
such threads starts no further worker cell.

${renderFailures("worker", suites.worker, "All programs are held.")}

## Inline cells

An inline cell runs on the host's own thread. ${heldUp(suites.inline)} of the programs held the host up for over ${LONGEST_STALL_MS} ms, which no inline cell can
prevent: for as long as their limits let them. A function of V8's that looks for no interrupt holds the host up for as long as it takes, and
nobody is there to decide otherwise. What the host does not survive, or what is wrong beside that:

${renderFailures("inline", suites.inline, "Nothing.")}

## Every program

Of each: outcome, held up in ms, MiB (process cells: at its largest; others: after the next run).

${groupsOf(suites)
  .map((group) => renderGroup(group, suites))
  .join("\n\n")}

This page is written by the runner, from a run with each kind of cells:

\`\`\`sh
npx --yes pnpm@12.21.0 hostile --docs docs/hostile-programs.md
\`\`\`
`;
}

const kinds = ["process", "worker", "inline"] as const satisfies readonly CellKind[];

function reports({ verdicts }: SuiteResult): readonly HostReport[] {
  return verdicts.flatMap(({ end }) => (end.kind === "report" ? [end.report] : []));
}

/** What is judged: see `judge`. */
function growthMiB(kind: CellKind, { growthBytes, lastingBytes }: HostReport): number {
  return (kind === "process" ? growthBytes : lastingBytes) / 2 ** 20;
}

function renderTotals(kind: CellKind, suite: SuiteResult): string {
  const { verdicts } = suite;
  const held = verdicts.filter(({ complaints }) => complaints.length === 0).length;
  const all = reports(suite);
  const stall = Math.max(0, ...all.map(({ stallMs }) => stallMs));
  const growth = Math.max(0, ...all.map((report) => growthMiB(kind, report)));
  const lost = verdicts.length - all.length;
  return `| ${kind} | ${held} of ${verdicts.length} | ${lost} | ${stall.toFixed(0)} | ${growth.toFixed(0)} |`;
}

function heldUp(suite: SuiteResult): string {
  return String(reports(suite).filter(({ stallMs }) => stallMs > LONGEST_STALL_MS).length);
}

/** What is wrong but for being held up, where that is how the cells are. */
function renderFailures(kind: CellKind, { verdicts }: SuiteResult, nothing: string): string {
  const lines = verdicts.flatMap(({ program, end, complaints }) => {
    const isUsual = (complaint: string): boolean =>
      kind === "inline" && end.kind === "report" && complaint.startsWith("the host was held up");
    const left = complaints.filter((complaint) => !isUsual(complaint));
    return left.length === 0 ? [] : [`| \`${program.name}\` | ${cell(left.join("; "))} |`];
  });
  return lines.length === 0 ? nothing : `| program | what is wrong |\n|---|---|\n${lines.join("\n")}`;
}

function groupsOf(suites: HostileSuites): readonly string[] {
  return [...new Set(suites.process.verdicts.map(({ group }) => group))];
}

function renderGroup(group: string, suites: HostileSuites): string {
  const rows = suites.process.verdicts.filter((verdict) => verdict.group === group);
  const others = (verdict: Verdict): readonly string[] =>
    kinds.map((kind) => {
      const other = suites[kind].verdicts.find(({ program }) => program.name === verdict.program.name);
      return other === undefined ? "" : renderEnd(kind, other);
    });
  return `| ${group} | process | worker | inline |
|---|---|---|---|
${rows.map((verdict) => `| \`${verdict.program.name}\` | ${others(verdict).join(" | ")} |`).join("\n")}`;
}

function renderEnd(kind: CellKind, { end, complaints }: Verdict): string {
  if (end.kind === "lost") return "**host lost**";
  const { outcome, stallMs } = end.report;
  const mark = complaints.length === 0 ? "" : " (!)";
  return `${outcome}${mark}, ${stallMs.toFixed(0)}, ${Math.max(0, growthMiB(kind, end.report)).toFixed(0)}`;
}

/** Text as the cell of a table. */
function cell(text: string): string {
  // Of an error, its message: where it was thrown tells of the machine that this ran on.
  return text
    .replace(/\n\s+at .*/su, "")
    .replace(/[\u0000-\u001f|`<>]+/gu, " ")
    .slice(0, 200);
}
