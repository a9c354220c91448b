import { setTimeout as sleep } from "node:timers/promises";
import {
  BareRuntime,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Guest,
  NodeRuntime,
  type Runtime,
  WebRuntime,
} from "vivarium";
import { treeMiB } from "../measurements/tree-memory.ts";

/* What idle guests of each profile take in a shared cell: the proportional set size of this process, its cell and its zygote. */

const COUNTS = [1, 10, 100];
/** Longer than a guest waits until its garbage is collected. */
const IDLE_MS = 2500;
/** By then the zygote, if there is one, has booted all that copies of it are to have. */
const SETTLED_MS = 8000;
const profiles = { bare: BareRuntime, web: WebRuntime, node: NodeRuntime };

/** MiB of everything, with so many guests. */
async function treeWith(Profiled: typeof BareRuntime, counts: readonly number[]): Promise<number[]> {
  const factory = createNodeRuntimeDriverFactory({
    isolation: "shared",
    maxCells: 1,
    guestsPerCell: 128,
    maxGuests: 128,
  });
  await using runtime: Runtime = new Profiled({ systemDriver: createNodeDriver(), runtimeDriverFactory: factory });
  await runtime.run("1", "/program.mjs");
  await sleep(SETTLED_MS);
  const guests: Guest[] = [];
  const figures: number[] = [];
  for (const count of counts) {
    while (guests.length < count) guests.push(await runtime.load("export const ping = () => 1;", "/program.mjs"));
    for (const guest of guests) await guest.call("ping");
    await sleep(IDLE_MS);
    figures.push(treeMiB());
  }
  return figures;
}

const line = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(14)).join("");
console.log(`MiB of host, cell and zygote with so many idle guests in one shared cell\n`);
console.log(line(["", ...COUNTS.map(String), "each of 2–10", "each of 11–100"]));
for (const [name, Profiled] of Object.entries(profiles)) {
  const [one = Number.NaN, ten = Number.NaN, hundred = Number.NaN] = await treeWith(Profiled, COUNTS);
  const figures = [one.toFixed(0), ten.toFixed(0), hundred.toFixed(0)];
  console.log(line([name, ...figures, ((ten - one) / 9).toFixed(2), ((hundred - ten) / 90).toFixed(2)]));
}
