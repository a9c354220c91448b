import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { median } from "../measurements/median.ts";
import { treeMiB } from "../measurements/tree-memory.ts";
import { openHost, quantile, sendEvery, sendTicks, startPlugins } from "./bench-host.ts";
import { goodPlugin } from "./good-plugin.ts";
import { deedNames, hostilePlugins } from "./hostile-plugins.ts";

/* Many plugins in one host; and whether the good ones notice a hostile third among them. */

const { values } = parseArgs({
  options: {
    plugins: { type: "string", default: "200" },
    seconds: { type: "string", default: "10" },
    rounds: { type: "string", default: "3" },
    isolation: { type: "string", default: "process" },
  },
});
const count = Number(values.plugins);
const forMs = Number(values.seconds) * 1000;
const isolation = values.isolation === "shared" ? "shared" : "process";
const third = Math.floor(count / 3);
const TICK_MS = 500;
const SETTLE_MS = 2000;
/** For so long hostile plugins are new to their host. */
const FIRST_MS = 5000;
/** And for so long after that it comes to know them. */
const LEARNT_MS = 10_000;

const others = {
  good: Array.from({ length: third }, (_, index) => goodPlugin(`third-${index}`, "tock")),
  hostile: hostilePlugins(third, "tock"),
} as const;
const good = Array.from({ length: count - third }, (_, index) => goodPlugin(`good-${index}`, "tick"));

/** What one round tells, by its names. */
type Figures = Readonly<Record<(typeof names)[number], number>>;
const names = [
  "started s",
  "MiB each",
  "first: /s",
  "p99 ms",
  "then: /s",
  "p50 ms ",
  "p99 ms ",
  "paced: p50 ms",
  "p99 ms  ",
  "late host ms",
] as const;

async function measure(kind: keyof typeof others): Promise<Figures> {
  await using host = openHost({ isolation });
  const before = treeMiB();
  const started = await startPlugins(host, [...good, ...others[kind]]);
  await sleep(SETTLE_MS);
  const memory = (treeMiB() - before) / count;
  const tocks = sendEvery(host, "tock", TICK_MS);
  const first = await sendTicks(host, FIRST_MS);
  await sendTicks(host, LEARNT_MS);
  const lateness = watchLateness();
  const then = await sendTicks(host, forMs);
  const steady = sendEvery(host, "tick", TICK_MS);
  await sleep(forMs);
  const paced = await steady.stop();
  await tocks.stop();
  const states = Object.entries(Object.groupBy(host.list(), ({ state }) => state)).map(
    ([state, list]) => `${list?.length} ${state}`,
  );
  console.error(`  ${kind}: ${states.join(", ")}`);
  return {
    "started s": started,
    "MiB each": memory,
    "first: /s": first.ms.length / first.seconds,
    "p99 ms": quantile(first.ms, 0.99),
    "then: /s": then.ms.length / then.seconds,
    "p50 ms ": quantile(then.ms, 0.5),
    "p99 ms ": quantile(then.ms, 0.99),
    "paced: p50 ms": quantile(paced.ms, 0.5),
    "p99 ms  ": quantile(paced.ms, 0.99),
    "late host ms": lateness(),
  };
}

/** @returns what tells how late the host's own timers have come at the most, in milliseconds */
function watchLateness(): () => number {
  let latest = 0;
  let due = performance.now() + 10;
  const timer = setInterval(() => {
    latest = Math.max(latest, performance.now() - due);
    due = performance.now() + 10;
  }, 10);
  return () => {
    clearInterval(timer);
    return latest;
  };
}

const figures: Record<keyof typeof others, Figures[]> = { good: [], hostile: [] };
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const kind of ["good", "hostile"] as const) {
    console.error(`round ${round} of ${values.rounds}: ${count - third} good plugins and ${third} ${kind} ones`);
    figures[kind].push(await measure(kind));
  }
}

const middle = (kind: keyof typeof others, name: (typeof names)[number]): number =>
  median(figures[kind].map((each) => each[name]));
const line = (title: string, cells: readonly string[]): string =>
  title.padEnd(22) + cells.map((cell) => cell.padStart(13)).join("");
const digits = (value: number): string => value.toFixed(value < 100 ? 1 : 0);

console.log(
  `\n${count} plugins (${isolation}), medians of ${values.rounds} rounds of ${values.seconds} s on Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
);
console.log(
  `Deliveries to the good ones, one event after the other, in the first ${FIRST_MS / 1000} s and from ${(FIRST_MS + LEARNT_MS) / 1000} s on; then at one event each ${TICK_MS} ms.`,
);
console.log(`A hostile one, each time that it is told of something: ${deedNames.join("; ")}.\n`);
console.log(line("", names));
for (const kind of ["good", "hostile"] as const)
  console.log(
    line(
      `a ${kind} third`,
      names.map((name) => digits(middle(kind, name))),
    ),
  );
console.log(
  line(
    "ratio",
    names.map((name) => (middle("hostile", name) / middle("good", name)).toFixed(2)),
  ),
);
