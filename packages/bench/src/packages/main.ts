import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { installPeers } from "../install-peers.ts";
import { median } from "../measurements/median.ts";
import { guestLoader } from "./guest-loader.ts";
import type { Cost, Loader } from "./loader.ts";
import { type Load, loads } from "./loads.table.ts";
import { nodeLoader } from "./node-loader.ts";
import { secureExecLoader } from "./secure-exec-loader.ts";

/* What it takes to load packages of the host: in Node, in guests, and in the peer's. Medians of runs by turns. */

const { values } = parseArgs({ options: { peers: { type: "string" }, runs: { type: "string", default: "7" } } });
const peers = values.peers === undefined ? installPeers() : { folder: values.peers };
/** In which a cell is made ready, and its zygote comes to rest. */
const PAUSE_MS = 1500;

const lines: Array<readonly string[]> = [["", "first run", "whole run", "inside", "CPU", "host calls"]];
for (const load of loads) {
  lines.push([load.title, "", "", "", "", ""]);
  lines.push(...(await measure(load)));
}
for (const cells of lines) console.log(cells.map((cell, index) => cell.padEnd(index === 0 ? 40 : 12)).join(""));
process.exit();

async function measure(load: Load): Promise<ReadonlyArray<readonly string[]>> {
  const loaders: Loader[] = [
    nodeLoader,
    guestLoader("a guest, in a cell that serves several", { waitingCells: 1 }),
    guestLoader("a guest, in a cell of its own", { waitingCells: 1, isolation: "run" }),
    ...("folder" in peers ? [await secureExecLoader(peers.folder)] : []),
  ];
  const costs = new Map<Loader, Cost[]>(loaders.map((loader) => [loader, []]));
  const failures = new Map<Loader, string>();
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const loader of loaders) {
      if (failures.has(loader)) continue;
      await sleep(PAUSE_MS);
      try {
        costs.get(loader)?.push(await loader.load(load));
      } catch (error) {
        failures.set(loader, String(error).split("\n")[0] ?? "");
      }
    }
  }
  for (const loader of loaders) await loader[Symbol.asyncDispose]();
  return loaders.map((loader) => [`  ${loader.title}`, ...cellsOf(costs.get(loader) ?? [], failures.get(loader))]);
}

function cellsOf([first, ...others]: readonly Cost[], failure: string | undefined): readonly string[] {
  if (failure !== undefined || first === undefined) return [failure ?? ""];
  const of = (field: keyof Cost, unit: string): string => {
    const figures = others.flatMap((cost) => cost[field] ?? []);
    return figures.length === 0 ? "–" : `${median(figures).toFixed(0)}${unit}`;
  };
  return [
    `${first.wholeMs.toFixed(0)} ms`,
    of("wholeMs", " ms"),
    of("insideMs", " ms"),
    of("cpuMs", " ms"),
    `${first.hostCalls ?? "–"} → ${of("hostCalls", "")}`,
  ];
}
