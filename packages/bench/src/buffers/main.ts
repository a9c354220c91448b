import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { allowAll, createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";
import { median } from "../measurements/median.ts";
import { program } from "./program.ts";

/* Buffers and text of a guest beside those of a plain Node, by turns in one run. */

type Figures = Readonly<Record<string, number>>;

const HOST_MEMORY_MIB = 512;
const WANTED = 1 / 3;
const SIZES: Readonly<Record<string, number>> = { "1 KiB": 1024, "64 KiB": 65_536, "4 MiB": 4_194_304 };

const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });
const rounds = Math.max(1, Number.parseInt(values.rounds, 10) || 0);

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ permissions: allowAll }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  memoryLimit: HOST_MEMORY_MIB,
  cpuTimeLimitMs: 300_000,
  wallTimeLimitMs: 600_000,
});

function inNode(length: number): Figures {
  const text = `${program}\nconsole.log(JSON.stringify(measure(${length})));`;
  return JSON.parse(execFileSync(process.execPath, ["-e", text], { env: {}, encoding: "utf8" }));
}

async function inGuest(length: number): Promise<Figures> {
  const { exports, errorMessage } = await runtime.run<Figures>(`${program}\nmodule.exports = measure(${length});`);
  if (exports === undefined) throw new Error(errorMessage ?? "It exported nothing");
  return exports;
}

const line = (title: string, cells: readonly string[]): string =>
  title.padEnd(30) + cells.map((cell) => cell.padStart(12)).join("");

console.log(
  `Microseconds, medians of ${rounds} rounds on Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
);
let slow = 0;
let all = 0;
for (const [size, length] of Object.entries(SIZES)) {
  const turns: { readonly node: Figures; readonly guest: Figures }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`${size}: round ${round} of ${rounds}`);
    turns.push({ node: inNode(length), guest: await inGuest(length) });
  }
  console.log(`\n${line(size, ["Node", "guest", "Node/guest"])}`);
  for (const title of Object.keys(turns[0]?.node ?? {})) {
    const of = (where: "node" | "guest"): number =>
      median(turns.map((turn) => turn[where][title] ?? Number.NaN)) / 1000;
    const ratio = median(turns.map((turn) => (turn.node[title] ?? Number.NaN) / (turn.guest[title] ?? Number.NaN)));
    all += 1;
    if (!(ratio >= WANTED)) slow += 1;
    const mark = ratio >= WANTED ? "" : "  below a third";
    console.log(line(title, [of("node").toFixed(2), of("guest").toFixed(2), ratio.toFixed(2)]) + mark);
  }
}
console.log(`\n${all - slow} of ${all} figures are at least a third of Node's speed.`);
