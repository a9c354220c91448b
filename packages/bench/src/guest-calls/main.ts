import { cpus } from "node:os";
import { median } from "../measurements/median.ts";
import { callables } from "./callable-list.ts";
import { callsPerSecond, hostCallUs, roundTripUs } from "./measure-echoes.ts";

/* Calls into what is loaded once: ours beside a plain worker and a bare isolate, by turns in one run. */

const ROUNDS = 3;
const head = ["", "call 100 B µs", "1 MB µs", "1 at once /s", "10 /s", "100 /s"];
const hostHead = ["sync 100 B µs", "1 MB µs", "async 100 B µs", "1 MB µs"];
const RATE_COLUMNS: readonly number[] = [2, 3, 4];
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
      await hostCallUs(callable, "synchronous", 100),
      await hostCallUs(callable, "synchronous", 1_000_000),
      await hostCallUs(callable, "asynchronous", 100),
      await hostCallUs(callable, "asynchronous", 1_000_000),
    ];
    figures.set(title, [...(figures.get(title) ?? []), row]);
  }
}

console.log(
  `\nMedians of ${ROUNDS} rounds on Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}\n`,
);
const line = ([title = "", ...cells]: readonly string[]): string =>
  title.padEnd(26) + cells.map((cell) => cell.padStart(15)).join("");
const median0 = (title: string, column: number): number =>
  median((figures.get(title) ?? []).map((row) => row[column] ?? Number.NaN));
const printTable = (titles: readonly string[], firstColumn: number): void => {
  console.log(line(titles));
  for (const { title } of callables) {
    const cells = titles.slice(1).map((_, index) => {
      const column = firstColumn + index;
      return median0(title, column).toFixed(RATE_COLUMNS.includes(column) ? 0 : 1);
    });
    console.log(line([title, ...cells]));
  }
};
printTable(head, 0);
console.log("\nCalls of the host by the guest");
printTable(["", ...hostHead], head.length - 1);

const [ours, worker] = [median0("vivarium, process cell", 0), median0("plain worker_threads", 0)];
const ratio = ours / worker;
console.log(
  `\n${ratio <= 1.5 ? "reached" : "MISSED "} a call into a process cell: ${ratio.toFixed(2)} of a plain worker's round trip, at most 1.5 wanted`,
);
const most = median0("vivarium, process cell", 4);
console.log(
  `${most >= 15_000 ? "reached" : "MISSED "} ${most.toFixed(0)} calls per second into one process cell with 100 at once, at least 15000 wanted`,
);
const synchronous = median0("vivarium, process cell", 5);
console.log(
  `${synchronous <= 60 ? "reached" : "MISSED "} a synchronous call of the host from a process cell: ${synchronous.toFixed(1)} µs, at most 60 wanted`,
);
