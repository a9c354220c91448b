import { cpus } from "node:os";
import { median } from "../measurements/median.ts";
import { callables } from "./callable-list.ts";
import { callsPerSecond, roundTripUs } from "./measure-echoes.ts";

/* Calls into what is loaded once: ours beside a plain worker and a bare isolate, by turns in one run. */

const ROUNDS = 3;
const head = ["", "100 B, µs", "1 MB, µs", "1 at once /s", "10 /s", "100 /s"];
const figures = new Map<string, number[][]>();

for (let round = 1; round <= ROUNDS; round += 1) {
  for (const { title, open } of callables) {
    console.error(`round ${round} of ${ROUNDS}: ${title}`);
    await using callable = await open();
    const row = [
      await roundTripUs(callable, 100),
      await roundTripUs(callable, 1_000_000),
      await callsPerSecond(callable, 1),
      await callsPerSecond(callable, 10),
      await callsPerSecond(callable, 100),
    ];
    figures.set(title, [...(figures.get(title) ?? []), row]);
  }
}

console.log(
  `\nMedians of ${ROUNDS} rounds on Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}\n`,
);
const line = ([title = "", ...cells]: readonly string[]): string =>
  title.padEnd(26) + cells.map((cell) => cell.padStart(14)).join("");
console.log(line(head));
const median0 = (title: string, column: number): number =>
  median((figures.get(title) ?? []).map((row) => row[column] ?? Number.NaN));
for (const { title } of callables)
  console.log(line([title, ...head.slice(1).map((_, column) => median0(title, column).toFixed(column < 2 ? 1 : 0))]));

const [ours, worker] = [median0("vivarium, process cell", 0), median0("plain worker_threads", 0)];
const ratio = ours / worker;
console.log(
  `\n${ratio <= 1.5 ? "reached" : "MISSED "} a call into a process cell: ${ratio.toFixed(2)} of a plain worker's round trip, at most 1.5 wanted`,
);
const most = median0("vivarium, process cell", 4);
console.log(
  `${most >= 15_000 ? "reached" : "MISSED "} ${most.toFixed(0)} calls per second into one process cell with 100 at once, at least 15000 wanted`,
);
