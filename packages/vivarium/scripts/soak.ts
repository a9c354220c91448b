import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  allowAllFs,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "vivarium";
import { giveBackMemory } from "./endurance/give-back-memory.ts";
import { type Line, lineThrough } from "./endurance/line-through.ts";
import {
  anonymousMiB,
  descendantsOf,
  descriptorsOf,
  isAlive,
  isZygote,
  proportionalMiB,
  residentMiB,
} from "./endurance/process-tree.ts";
import { type SoakProgram, soakPrograms } from "./endurance/soak-programs.table.ts";

/*
 * Runs programs of many kinds many thousand times, two at a time, and looks whether anything grows: memory of the host and
 * of its cells, descriptors of the host and of the process that cells are copied from.
 */

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20000" },
    samples: { type: "string", default: "100" },
    isolation: { type: "string", default: "runtime" },
  },
});
const [wanted, sampleCount] = [Number(values.runs), Number(values.samples)];
const isolation = (["run", "runtime", "shared"] as const).find((each) => each === values.isolation);
if (isolation === undefined) throw new Error("--isolation is run, runtime or shared");
/** The part of the samples that come before what is looked at: pools fill, code is compiled. */
const WARM_UP = 1 / 5;
/** Flat is what grows by less than this with a thousand runs: by 260 bytes with each. */
const MOST_MIB_PER_THOUSAND = 0.25;
/** The same where the samples differ: a cell that has served five guests is larger than a fresh one, V8's room varies. */
const MOST_MIB_OF_VARIED = 1;
const MOST_DESCRIPTORS_PER_THOUSAND = 0.1;
/** What a pool needs to be full again, and a process that was killed to be gone. */
const REST_MS = 300;

interface Sample {
  readonly runs: number;
  /** Proportional set sizes, in MiB: what several processes share counts once in their sum. */
  readonly host: number;
  /** What of it is no file's, and not kept for later by V8. */
  readonly held: number;
  /** What JavaScript holds in the host, in MiB. */
  readonly heap: number;
  readonly zygote: number;
  readonly cells: number;
  /** Resident size of the process that cells are copied from, in MiB, by itself. */
  readonly zygoteResident: number;
  readonly hostDescriptors: number;
  readonly zygoteDescriptors: number;
}

const descriptorsBefore = await descriptorsAfterOneRuntime();
const factory = createNodeRuntimeDriverFactory({
  isolation,
  maxCells: 2,
  waitingCells: 2,
  idleTimeMs: 0,
});
const filesystem = createInMemoryFileSystem();
filesystem.writeFile("/given.txt", "given by the host");
filesystem.mkdir("/workspace");
const systemDriver = createNodeDriver({ filesystem, permissions: { ...allowAllFs } });
const openRuntime = (): NodeRuntime =>
  new NodeRuntime({ systemDriver, runtimeDriverFactory: factory, onDiagnostic: () => {} });
const runtime = openRuntime();
/** Of the service: it outlives all runs, which must not pile up on it. */
const service = new AbortController();
const counts = new Map<string, number>();
let done = 0;
let mostCells = 0;

/** A runtime of its own, with an empty factory: what a host opens once is nobody's leak. */
async function descriptorsAfterOneRuntime(): Promise<number> {
  const first = new NodeRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ idleTimeMs: 0 }),
  });
  for (let run = 0; run < 3; run += 1) await first.run("1");
  await first.dispose();
  return descriptorsOf(process.pid);
}

const cellsAlive = (): readonly number[] => descendantsOf(process.pid).filter((pid) => isAlive(pid) && !isZygote(pid));

function interrupt(how: SoakProgram["interruption"], abort: AbortController): void {
  if (how === "aborted") abort.abort();
  if (how === "written to") filesystem.writeFile("/workspace/told", "");
  if (how === "killed") for (const pid of cellsAlive()) process.kill(pid, "SIGKILL");
}

async function runOnce(program: SoakProgram, by: NodeRuntime = runtime): Promise<void> {
  const { name, code, filePath = "/entry.cjs", limits = {}, interruption } = program;
  const abort = new AbortController();
  let bytes = 0;
  const { outcome, exports } = await by.run(code, {
    filePath,
    ...limits,
    signal: interruption === "aborted" ? abort.signal : service.signal,
    onStdio: ({ message }) => {
      if (bytes === 0) interrupt(interruption, abort);
      bytes += message.length;
    },
  });
  done += 1;
  counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
  const isAsExpected =
    outcome.kind === program.ends &&
    (program.exports === undefined || JSON.stringify(exports) === program.exports) &&
    (program.outputBytes === undefined || bytes === program.outputBytes);
  if (isAsExpected) return;
  const found = `${JSON.stringify(outcome).slice(0, 300)}, ${JSON.stringify(exports)?.slice(0, 100)}, ${bytes} bytes`;
  throw new Error(`The program that ${name} ended otherwise: ${found}`);
}

/** Every program that is due, two at a time; those that end cells or use files of a fixed name, one at a time. */
async function runRound(round: number): Promise<void> {
  const due = soakPrograms.filter(({ perThousand = 1000 }) => (round * perThousand) % 1000 < perThousand);
  const waiting = due.filter(({ interruption }) => interruption === undefined).values();
  const runWaiting = async (): Promise<void> => {
    for (const program of waiting) await runOnce(program);
  };
  await Promise.all([runWaiting(), runWaiting()]);
  for (const program of due.filter(({ interruption }) => interruption !== undefined)) await runOnce(program);
  if (round % 10 !== 0) return;
  // A service that makes a runtime for each of its users.
  await using another = openRuntime();
  const [program] = soakPrograms;
  if (program !== undefined) await runOnce(program, another);
}

/** Settles when as many cells are there as ever were. */
async function restedPool(): Promise<void> {
  for (let look = 0; look === 0 || (look < 10 && cellsAlive().length < mostCells); look += 1) await sleep(REST_MS);
  mostCells = Math.max(mostCells, cellsAlive().length);
}

async function takeSample(): Promise<Sample> {
  await restedPool();
  const host = proportionalMiB(process.pid);
  giveBackMemory();
  const { heapUsed, external } = process.memoryUsage();
  const zygote = descendantsOf(process.pid).find(isZygote) ?? 0;
  return {
    runs: done,
    host,
    held: anonymousMiB(process.pid),
    heap: (heapUsed + external) / 2 ** 20,
    zygote: proportionalMiB(zygote),
    cells: cellsAlive().reduce((sum, pid) => sum + proportionalMiB(pid), 0),
    zygoteResident: residentMiB(zygote),
    hostDescriptors: descriptorsOf(process.pid),
    zygoteDescriptors: descriptorsOf(zygote),
  };
}

const head = ["runs", "s", "host", "held", "(heap)", "zygote", "(rss)", "cells", "all", "host fds", "zygote fds"];
const line = (texts: readonly string[]): string => texts.map((text) => text.padStart(11)).join("");
console.log(`MiB of proportional set size, but for (heap) and (rss)\n${line(head)}`);
const samples: Sample[] = [];
const began = performance.now();
for (let round = 1; done < wanted; round += 1) {
  await runRound(round);
  if (done < ((samples.length + 1) * wanted) / sampleCount) continue;
  const taken = await takeSample();
  samples.push(taken);
  const { runs, host, held, heap, zygote, zygoteResident, cells, hostDescriptors, zygoteDescriptors } = taken;
  const sizes = [host, held, heap, zygote, zygoteResident, cells, host + zygote + cells].map((size) => size.toFixed(1));
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(line([`${runs}`, seconds, ...sizes, `${hostDescriptors}`, `${zygoteDescriptors}`]));
}
await runtime.dispose();
await sleep(REST_MS);

const warm = samples.slice(Math.ceil(samples.length * WARM_UP));
const lineOf = (figure: (sample: Sample) => number): Line =>
  lineThrough(warm.map((sample) => ({ at: sample.runs / 1000, figure: figure(sample) })));
const slopes: readonly (readonly [what: string, unit: string, line: Line, most: number])[] = [
  ["memory of the host", "MiB", lineOf(({ host }) => host), MOST_MIB_OF_VARIED],
  ["memory that the host holds", "MiB", lineOf(({ held }) => held), MOST_MIB_PER_THOUSAND],
  ["what JavaScript holds in the host", "MiB", lineOf(({ heap }) => heap), MOST_MIB_PER_THOUSAND],
  ["memory of cells", "MiB", lineOf(({ cells }) => cells), MOST_MIB_OF_VARIED],
  ["memory of what they are copied from", "MiB", lineOf(({ zygoteResident }) => zygoteResident), MOST_MIB_PER_THOUSAND],
  ["memory of all", "MiB", lineOf(({ host, zygote, cells }) => host + zygote + cells), MOST_MIB_OF_VARIED],
  ["descriptors of the host", "", lineOf(({ hostDescriptors }) => hostDescriptors), MOST_DESCRIPTORS_PER_THOUSAND],
  [
    "descriptors of what cells are copied from",
    "",
    lineOf(({ zygoteDescriptors }) => zygoteDescriptors),
    MOST_DESCRIPTORS_PER_THOUSAND,
  ],
];
let [passed, failed] = [0, 0];
const tell = (isGood: boolean, text: string): void => {
  if (isGood) passed += 1;
  else failed += 1;
  console.log(`${isGood ? "ok  " : "BAD "} ${text}`);
};
console.log(`\n${done} runs: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(", ")}\n`);
for (const [what, unit, { slope, error }, most] of slopes)
  tell(slope <= most, `${what}: ${slope.toFixed(3)} ± ${error.toFixed(3)} ${unit} for each 1000 runs`);
const descriptors = descriptorsOf(process.pid) - descriptorsBefore;
const timers = process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
const listeners = getEventListeners(service.signal, "abort").length;
const processes = descendantsOf(process.pid).length;
const files = filesystem.readDir("/workspace").length;
tell(descriptors <= 0, `${descriptors} descriptors left`);
tell(timers === 0, `${timers} timers left`);
tell(listeners === 0, `${listeners} listeners of a signal left`);
tell(processes === 0, `${processes} processes left`);
tell(files === 0, `${files} files left`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
