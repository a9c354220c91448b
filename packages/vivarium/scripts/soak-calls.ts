import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createNodeDriver, createNodeRuntimeDriverFactory, type Guest, NodeRuntime } from "vivarium";
import { type CallKind, callKinds, program, type Soaked, soakedModule } from "./endurance/call-kinds.table.ts";
import { giveBackMemory } from "./endurance/give-back-memory.ts";
import { type Line, lineThrough } from "./endurance/line-through.ts";
import { anonymousMiB, descendantsOf, isAlive, isZygote } from "./endurance/process-tree.ts";
import { watchTurns } from "./endurance/watch-turns.ts";

/*
 * Makes many calls of each kind between a host and a guest that stays, and looks whether anything grows: what JavaScript
 * holds in the host and in the guest, and the memory of the processes of both. And that no call holds the host up.
 */

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "100000" },
    samples: { type: "string", default: "10" },
    kind: { type: "string", default: "" },
  },
});
const [wanted, sampleCount] = [Number(values.calls), Number(values.samples)];
/** The part of the samples that come before what is looked at: code is compiled, tables grow to their size. */
const WARM_UP = 1 / 5;
/**
 * Flat is what grows by fewer bytes with each call, less two standard errors. A thing that was kept for every call would
 * take sixteen bytes and more; memory of a process moves by the pages and the room that V8 takes.
 */
const most = { heap: 12, guest: 12, host: 100, cell: 200 } as const;
const figures = ["heap", "guest", "host", "cell"] as const;
/** Looks at the guest, of which the least counts: it makes garbage to have it collected. */
const LOOKS = 5;
const REST_MS = 100;
const BYTES_PER_MIB = 2 ** 20;
/** Of the host's event loop, in processor time: beyond it the loop is held up. */
const LONGEST_TURN_MS = 50;

interface Sample {
  readonly calls: number;
  /** In bytes: what JavaScript holds in the host, and in the guest. */
  readonly heap: number;
  readonly guest: number;
  /** In bytes, of processes: what is no file's. */
  readonly host: number;
  readonly cell: number;
}

const cellsAlive = (): readonly number[] => descendantsOf(process.pid).filter((pid) => isAlive(pid) && !isZygote(pid));

async function heldByGuest(guest: Guest<Soaked>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS; look += 1) {
    least = Math.min(least, await guest.call("collect"));
  }
  return least;
}

async function takeSample(guest: Guest<Soaked>, calls: number): Promise<Sample> {
  const held = await heldByGuest(guest);
  await sleep(REST_MS);
  giveBackMemory();
  const { heapUsed, external } = process.memoryUsage();
  const cell = cellsAlive().reduce((sum, pid) => sum + anonymousMiB(pid), 0);
  return {
    calls,
    heap: heapUsed + external,
    guest: held,
    host: anonymousMiB(process.pid) * BYTES_PER_MIB,
    cell: cell * BYTES_PER_MIB,
  };
}

interface Soak {
  readonly samples: readonly Sample[];
  readonly longestTurnMs: number;
}

async function soak(guest: Guest<Soaked>, { calls: share = 1, make }: CallKind): Promise<Soak> {
  const samples: Sample[] = [];
  let longestTurnMs = 0;
  const each = Math.ceil((wanted * share) / sampleCount);
  for (let sample = 1; sample <= sampleCount; sample += 1) {
    const endOfWatch = watchTurns();
    await make(guest, each);
    longestTurnMs = Math.max(longestTurnMs, endOfWatch());
    samples.push(await takeSample(guest, sample * each));
  }
  return { samples: samples.slice(Math.ceil(samples.length * WARM_UP)), longestTurnMs };
}

function slopeOf(samples: readonly Sample[], figure: (typeof figures)[number]): Line {
  return lineThrough(samples.map((sample) => ({ at: sample.calls, figure: sample[figure] })));
}

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory({ waitingCells: 0 }),
  modules: { "host:soaked": soakedModule },
  onDiagnostic: ({ code, message }) => console.log(`${code}: ${message}`),
});
await using guest = await runtime.load<Soaked>(program, { filePath: "/soaked.mjs", memoryLimit: 64 });

const kinds = callKinds.filter(({ name }) => name.includes(values.kind));
// V8 takes room as it goes, for objects that are young too: whatever it takes for these calls, it has from here on.
for (const { calls: share = 1, make } of kinds) await make(guest, Math.ceil((wanted * share) / sampleCount));
await takeSample(guest, 0);
console.log(
  "bytes with each call, ± standard error: JavaScript in the host, in the guest, process of the host, of the cell; longest turn",
);
let failed = 0;
for (const kind of kinds) {
  const began = performance.now();
  const { samples, longestTurnMs } = await soak(guest, kind);
  const slopes = figures.map((figure) => ({ figure, line: slopeOf(samples, figure) }));
  // Fewer calls tell less.
  const isFlat = slopes.every(
    ({ figure, line: { slope, error } }) => slope - 2 * error <= most[figure] / Math.min(kind.calls ?? 1, 1),
  );
  const isGood = isFlat && longestTurnMs <= LONGEST_TURN_MS;
  if (!isGood) failed += 1;
  const told = slopes.map(({ line: { slope, error } }) => `${slope.toFixed(1)} ± ${error.toFixed(1)}`.padStart(16));
  const calls = samples.at(-1)?.calls ?? 0;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${isGood ? "ok  " : "BAD "} ${`${calls}`.padStart(7)} ${kind.name.padEnd(56)}${told.join("")} ${longestTurnMs.toFixed(0).padStart(3)} ms ${seconds} s`,
  );
}
const usage = await guest.usage();
const { returnedCalls, failedCalls } = guest.status();
console.log(
  `${returnedCalls} calls into the guest came back, ${failedCalls} failed; ${usage?.hostCalls} calls of the host`,
);
process.exitCode = failed === 0 ? 0 : 1;
