import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import {
  allowAllFs,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type InMemoryFileSystem,
  isVivariumError,
  NodeRuntime,
  type RuntimeDriverFactory,
} from "vivarium";
import type { Kill, KillerOptions } from "./endurance/killer.ts";
import { descendantsOf, descriptorsOf } from "./endurance/process-tree.ts";
import { faultAfterStorm, writeStorm } from "./endurance/write-storm.ts";

/*
 * Kills a process of cells at a time, without a word, while many runs are under way: each has to come to its right result
 * or to a coded failure, none twice, none never, and nothing may be left afterwards. Some of them write files, of a runtime
 * of their own or of one that other runtimes use too: what a killed one leaves is a beginning of what it writes.
 */

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    runs: { type: "string", default: "200" },
    "every-ms": { type: "string", default: "100" },
    /** How many of those that cells are copied from: their cells end with them, and after three in a minute there are none for a while. */
    zygotes: { type: "string", default: "2" },
  },
});
const [seconds, concurrent, everyMs] = [Number(values.seconds), Number(values.runs), Number(values["every-ms"])];
const wantedZygotes = Number(values.zygotes);
/** Of the runs: those that have a runtime and a filesystem to themselves, and those whose runtimes share a filesystem. */
const [ALONE, TOGETHER] = [12, 12];

/** What a zygote needs to be there, on a busy machine. */
const WARM_UP_MS = 1500;

type End = "right" | "crashed" | "not started" | "wrong";
const tally: Record<End, number> = { right: 0, crashed: 0, "not started": 0, wrong: 0 };
const faults: string[] = [];
let killed = 0;
let zygotesKilled = 0;
let next = 0;
let over = false;
const diagnostics = new Map<string, number>();
const reasons = new Map<string, number>();

function openRuntime(runtimeDriverFactory: RuntimeDriverFactory, filesystem?: InMemoryFileSystem): NodeRuntime {
  const files = filesystem === undefined ? {} : { filesystem, permissions: { ...allowAllFs } };
  return new NodeRuntime({
    systemDriver: createNodeDriver(files),
    runtimeDriverFactory,
    onDiagnostic: ({ code }) => void diagnostics.set(code, (diagnostics.get(code) ?? 0) + 1),
  });
}

function openFileSystem(): InMemoryFileSystem {
  const filesystem = createInMemoryFileSystem();
  filesystem.mkdir("/workspace");
  return filesystem;
}

// What a host opens once, for its first runtime, is nobody's leak.
const first = openRuntime(createNodeRuntimeDriverFactory({ idleTimeMs: 0 }));
await first.run("1");
await first.dispose();
const descriptorsBefore = descriptorsOf(process.pid);
const factory = createNodeRuntimeDriverFactory({ maxCells: 8, waitingCells: 4, idleTimeMs: 0 });
const runtime = openRuntime(factory);
const writersFactory = createNodeRuntimeDriverFactory({ maxCells: 1, waitingCells: 1, idleTimeMs: 0 });
const shared = openFileSystem();
const writers = Array.from({ length: ALONE + TOGETHER }, (_, index) => {
  const filesystem = index < ALONE ? openFileSystem() : shared;
  return { filesystem, runtime: openRuntime(writersFactory, filesystem) };
});

/** Long enough to be hit. */
const programOf = (number: number): string => `
  console.log(${number});
  await new Promise((resolve) => setTimeout(resolve, 20));
  export const double = ${number} * 2;
`;

/** Runs a program that may print its number; whether what it returned is right is for the caller to see. */
async function run(by: NodeRuntime, code: string, number: number): Promise<End | { readonly exports: unknown }> {
  let heard = "";
  try {
    const onStdio = ({ message }: { readonly message: string }): void => {
      heard += message;
    };
    const { outcome, exports } = await by.run(code, { filePath: "/entry.mjs", onStdio });
    // Who has begun twice has said so twice.
    if (heard !== "" && heard !== `${number}\n`) return "wrong";
    if (outcome.kind === "crashed") return "crashed";
    return outcome.kind === "returned" ? { exports } : "wrong";
  } catch (error) {
    if (!isVivariumError(error, "ERR_RUN_NOT_STARTED")) return "wrong";
    const { reason } = error.detail;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    return "not started";
  }
}

async function double(number: number): Promise<End> {
  const end = await run(runtime, programOf(number), number);
  if (typeof end === "string") return end;
  return (end.exports as { double?: unknown }).double === number * 2 ? "right" : "wrong";
}

async function write({ runtime: by, filesystem }: (typeof writers)[number], number: number): Promise<End> {
  const folder = `/workspace/${number}`;
  const end = await run(by, writeStorm(folder), number);
  const hasReturned = typeof end === "object";
  const fault = faultAfterStorm(filesystem, folder, hasReturned);
  if (filesystem.exists(folder)) {
    for (const name of filesystem.readDir(folder)) filesystem.removeFile(`${folder}/${name}`);
    filesystem.removeDir(folder);
  }
  if (fault === undefined) return hasReturned ? "right" : end;
  faults.push(`${fault}, after a run that ended ${hasReturned ? "by itself" : end}`);
  return "wrong";
}

async function onAndOn(act: (number: number) => Promise<End>): Promise<void> {
  while (!over) {
    next += 1;
    tally[await act(next)] += 1;
  }
}

// Of each factory, so that no runtime begins with cells that boot by themselves, all of them at the same moment.
for (const each of [runtime, ...writers.slice(0, 1).map((writer) => writer.runtime)]) {
  for (let warmUp = 0; warmUp < 3; warmUp += 1) {
    await each.run("1");
    await sleep(WARM_UP_MS);
  }
}
const options: KillerOptions = { everyMs, seconds, zygotes: wantedZygotes };
const killer = new Worker(new URL("./endurance/killer.ts", import.meta.url), { workerData: options });
killer.on("message", (kill: Kill) => {
  if (kill === "zygote") zygotesKilled += 1;
  else killed += 1;
});
const working = [
  ...writers.map((writer) => onAndOn((number) => write(writer, number))),
  ...Array.from({ length: concurrent - writers.length }, () => onAndOn(double)),
];
for (let second = 1; second <= seconds; second += 1) {
  await sleep(1000);
  process.stderr.write(`\r${second} of ${seconds} s, ${next} runs, ${killed} cells killed `);
}
over = true;
killer.postMessage("over");
await once(killer, "exit");
process.stderr.write("\n");
const hung = await Promise.race([Promise.all(working).then(() => 0), sleep(90_000, 1, { ref: false })]);
const runtimes = [runtime, ...writers.map((writer) => writer.runtime)];
const statuses = runtimes.map((each) => each.status());
await Promise.all(runtimes.map((each) => each.dispose()));
await sleep(500);

const totalOf = (figure: (status: (typeof statuses)[number]) => number): number =>
  statuses.reduce((sum, status) => sum + figure(status), 0);
const left = descendantsOf(process.pid);
const timers = process.getActiveResourcesInfo().filter((resource) => resource === "Timeout");
const findings: readonly (readonly [what: string, value: number, isGood: boolean])[] = [
  ["runs that came to their right result", tally.right, tally.right > 0],
  ["runs that ended crashed, as they should", tally.crashed, true],
  ["runs that were told that they could not start", tally["not started"], true],
  ["runs that ended otherwise", tally.wrong, tally.wrong === 0],
  ["runs that left files as nobody had written them", faults.length, faults.length === 0],
  ["runs that did not end", hung === 1 ? totalOf(({ activeRuns }) => activeRuns) : 0, hung === 0],
  // A kill that meets a cell which ends by itself is none.
  ["cells killed", killed, killed > 0.9 * ((seconds * 1000) / everyMs)],
  ["processes killed that cells are copied from", zygotesKilled, zygotesKilled === wantedZygotes],
  ["cells started", totalOf(({ driver }) => driver?.cellsStarted ?? 0), true],
  ["processes left", left.length, left.length === 0],
  ["timers left", timers.length, timers.length === 0],
  ["descriptors left", descriptorsOf(process.pid) - descriptorsBefore, descriptorsOf(process.pid) <= descriptorsBefore],
];
for (const [what, value, isGood] of findings) console.log(`${isGood ? "ok  " : "BAD "} ${value} ${what}`);
for (const fault of new Set(faults)) console.log(`     ${fault}`);
for (const [reason, count] of reasons) console.log(`     ${count} not started: ${reason}`);
for (const [code, count] of diagnostics) console.log(`     ${count} diagnostics ${code}`);
const failed = findings.filter(([, , isGood]) => !isGood).length;
console.log(`\n${findings.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
