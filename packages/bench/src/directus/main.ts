import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { forAsLongAs } from "../measurements/for-as-long-as.ts";
import { median } from "../measurements/median.ts";
import { treeMiB } from "../measurements/tree-memory.ts";
import { type BenchedHost, callOptions, type HostContestant } from "./extension-host.ts";
import { openInProcess } from "./in-process-host.ts";
import { openVivarium } from "./vivarium-host.ts";

/* Extensions of Directus, beside the same work on isolated-vm in the host's own process, by turns in one run. */

const ROUNDS = 3;
const MEASURED_MS = 2000;
const LOADS = 15;
const RESIDENT = 100;
const SETTLE_MS = 1500;
const MOST_RATIO = 1.5;

const contestants: readonly HostContestant[] = [
  { title: "isolated-vm, in process", open: openInProcess },
  { title: "vivarium, a process each", open: () => openVivarium("guest") },
  { title: "vivarium, shared processes", open: () => openVivarium("shared") },
];
const columns = ["load ms", "call µs", "calls/s, 1", "calls/s, 10", "calls/s, 100", `MiB each of ${RESIDENT}`];
const figures = new Map<string, number[][]>();

for (let round = 1; round <= ROUNDS; round += 1) {
  for (const { title, open } of contestants) {
    console.error(`round ${round} of ${ROUNDS}: ${title}`);
    figures.set(title, [...(figures.get(title) ?? []), await measure(open)]);
  }
}

async function measure(open: HostContestant["open"]): Promise<number[]> {
  const row: number[] = [];
  {
    await using host = await open();
    row.push(await loadMs(host), await callUs(host));
    for (const atOnce of [1, 10, 100]) row.push(await callsPerSecond(host, atOnce));
  }
  row.push(await residentMiB(open));
  return row;
}

async function loadMs(host: BenchedHost): Promise<number> {
  await host.load("warm-up");
  const times: number[] = [];
  for (let index = 0; index < LOADS; index += 1) {
    const began = performance.now();
    await host.load(`it-${index}`);
    times.push(performance.now() - began);
    // Time to make ready what is next.
    await sleep(50);
  }
  return median(times);
}

async function callUs(host: BenchedHost): Promise<number> {
  await forAsLongAs(MEASURED_MS, () => host.call("it-0", callOptions));
  const times: number[] = [];
  await forAsLongAs(MEASURED_MS, async () => {
    const began = performance.now();
    await host.call("it-0", callOptions);
    times.push(performance.now() - began);
  });
  return median(times) * 1000;
}

async function callsPerSecond(host: BenchedHost, atOnce: number): Promise<number> {
  const began = performance.now();
  const line = (): Promise<number> => forAsLongAs(MEASURED_MS, () => host.call("it-0", callOptions));
  const counts = await Promise.all(Array.from({ length: atOnce }, line));
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - began) / 1000);
}

/** What each extension costs that is loaded and was called once, in this process and all that it has started. */
async function residentMiB(open: HostContestant["open"]): Promise<number> {
  await using host = await open();
  await host.load("first");
  await sleep(SETTLE_MS);
  const before = treeMiB();
  for (let index = 0; index < RESIDENT; index += 1) {
    await host.load(`it-${index}`);
    await host.call(`it-${index}`, callOptions);
  }
  await sleep(SETTLE_MS);
  return (treeMiB() - before) / RESIDENT;
}

const figure = (title: string, column: number): number =>
  median((figures.get(title) ?? []).map((row) => row[column] ?? Number.NaN));
const line = ([title = "", ...cells]: readonly string[]): string =>
  title.padEnd(28) + cells.map((cell) => cell.padStart(16)).join("");

console.log(
  `\nMedians of ${ROUNDS} rounds on Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}\n`,
);
console.log(line(["", ...columns]));
for (const { title } of contestants) {
  console.log(
    line([title, ...columns.map((_, column) => figure(title, column).toFixed(column === 0 || column === 5 ? 2 : 0))]),
  );
}
const raw = contestants[0]?.title ?? "";
for (const { title } of contestants.slice(1)) {
  const ratio = figure(title, 1) / figure(raw, 1);
  const most = figure(raw, 4) / figure(title, 4);
  console.log(
    `\n${title}: a call takes ${ratio.toFixed(2)} of the time that it takes in process, ${most.toFixed(2)} where 100 are under way`,
  );
  console.log(`${ratio <= MOST_RATIO ? "reached" : "MISSED "}: at most ${MOST_RATIO} wanted`);
}
