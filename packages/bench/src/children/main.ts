import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { dirname } from "node:path";
import {
  allowAll,
  createCommandExecutor,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "vivarium";
import { median } from "../measurements/median.ts";
import { program } from "./program.ts";

/* Children of a guest beside those of a plain Node, by turns in one run. */

type Figures = Readonly<Record<string, number>>;

const ROUNDS = 3;
const HOST_MEMORY_MIB = 256;

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ commandExecutor: createCommandExecutor({ cwd: "/" }), permissions: allowAll }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory({ maxCells: 4 }),
  memoryLimit: HOST_MEMORY_MIB,
  cpuTimeLimitMs: 60_000,
  wallTimeLimitMs: 120_000,
});

function inNode(): Figures {
  const text = `${program}\nmeasure().then((figures) => console.log(JSON.stringify(figures)));`;
  const env = { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` };
  return JSON.parse(execFileSync(process.execPath, ["-e", text], { env, encoding: "utf8" }));
}

async function inGuest(): Promise<Figures> {
  const { exports, errorMessage } = await runtime.run<Promise<Figures>>(
    `${program}\nmeasure().then((figures) => { module.exports = figures; });`,
  );
  if (exports === undefined) throw new Error(errorMessage ?? "It exported nothing");
  return exports;
}

const rounds: { readonly node: Figures; readonly guest: Figures }[] = [];
for (let round = 1; round <= ROUNDS; round += 1) {
  console.error(`round ${round} of ${ROUNDS}`);
  rounds.push({ node: inNode(), guest: await inGuest() });
}

console.log(
  `Milliseconds, medians of ${ROUNDS} rounds on Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}\n`,
);
const line = (title: string, cells: readonly string[]): string =>
  title.padEnd(26) + cells.map((cell) => cell.padStart(10)).join("");
console.log(line("", ["Node", "guest"]));
for (const title of Object.keys(rounds[0]?.node ?? {})) {
  const of = (where: "node" | "guest"): string =>
    median(rounds.map((round) => round[where][title] ?? Number.NaN)).toFixed(1);
  console.log(line(title, [of("node"), of("guest")]));
}
