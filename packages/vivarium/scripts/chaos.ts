import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createNodeDriver, createNodeRuntimeDriverFactory, isVivariumError, NodeRuntime } from "vivarium";
import { descendantsOf, descriptorsOf, isAlive, isZygote } from "./endurance/process-tree.ts";

/*
 * Kills a process of cells at a time, without a word, while many runs are under way: each has to come to its right result
 * or to a coded failure, none twice, none never, and nothing may be left afterwards.
 */

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    runs: { type: "string", default: "200" },
    "every-ms": { type: "string", default: "100" },
    /** Also those that cells are copied from. */
    zygotes: { type: "boolean", default: false },
  },
});
const [seconds, concurrent, everyMs] = [values.seconds, values.runs, values["every-ms"]].map(Number);
if (seconds === undefined || concurrent === undefined || everyMs === undefined) throw new Error("Numbers are expected");

const tally = { right: 0, crashed: 0, "not started": 0, wrong: 0 };
let killed = 0;
let over = false;
const diagnostics = new Map<string, number>();

const openRuntime = (): NodeRuntime =>
  new NodeRuntime({
    systemDriver: createNodeDriver(),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ maxCells: 8, waitingCells: 4, idleTimeMs: 0 }),
    onDiagnostic: ({ code }) => void diagnostics.set(code, (diagnostics.get(code) ?? 0) + 1),
  });

// What a host opens once, for its first runtime, is nobody's leak.
const first = openRuntime();
await first.run("1");
await first.dispose();
const descriptorsBefore = descriptorsOf(process.pid);
const runtime = openRuntime();

/** Long enough to be hit. */
const programOf = (number: number): string => `
  await new Promise((resolve) => setTimeout(resolve, 20));
  export const double = ${number} * 2;
`;

async function runOnce(number: number): Promise<keyof typeof tally> {
  try {
    const { outcome, exports } = await runtime.run<{ double: number }>(programOf(number), "/entry.mjs");
    if (outcome.kind === "crashed") return "crashed";
    return outcome.kind === "returned" && exports?.double === number * 2 ? "right" : "wrong";
  } catch (error) {
    return isVivariumError(error, "ERR_RUN_NOT_STARTED") ? "not started" : "wrong";
  }
}

let next = 0;
async function runOnAndOn(): Promise<void> {
  while (!over) {
    next += 1;
    tally[await runOnce(next)] += 1;
  }
}

async function killOnAndOn(): Promise<void> {
  for (;;) {
    await sleep(everyMs);
    if (over) return;
    const alive = descendantsOf(process.pid).filter((pid) => isAlive(pid) && (values.zygotes || !isZygote(pid)));
    const victim = alive[Math.floor(Math.random() * alive.length)];
    if (victim === undefined) continue;
    try {
      process.kill(victim, "SIGKILL");
      killed += 1;
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}

const working = [killOnAndOn(), ...Array.from({ length: concurrent }, runOnAndOn)];
for (let second = 1; second <= seconds; second += 1) {
  await sleep(1000);
  process.stderr.write(`\r${second} of ${seconds} s, ${next} runs, ${killed} processes killed `);
}
over = true;
process.stderr.write("\n");
const hung = await Promise.race([Promise.all(working).then(() => 0), sleep(90_000, 1, { ref: false })]);
const { driver, ...figures } = runtime.status();
await runtime.dispose();
await sleep(500);

const left = descendantsOf(process.pid);
const timers = process.getActiveResourcesInfo().filter((resource) => resource === "Timeout");
const findings: readonly (readonly [what: string, value: number, isGood: boolean])[] = [
  ["runs that came to their right result", tally.right, tally.right > 0],
  ["runs that ended crashed, as they should", tally.crashed, true],
  ["runs that were told that they could not start", tally["not started"], true],
  ["runs that ended otherwise", tally.wrong, tally.wrong === 0],
  ["runs that did not end", hung === 1 ? figures.activeRuns : 0, hung === 0],
  ["processes killed", killed, killed > 0],
  ["cells started", driver?.cellsStarted ?? 0, true],
  ["processes left", left.length, left.length === 0],
  ["timers left", timers.length, timers.length === 0],
  ["descriptors left", descriptorsOf(process.pid) - descriptorsBefore, descriptorsOf(process.pid) <= descriptorsBefore],
];
for (const [what, value, isGood] of findings) console.log(`${isGood ? "ok  " : "BAD "} ${value} ${what}`);
for (const [code, count] of diagnostics) console.log(`     ${count} diagnostics ${code}`);
const failed = findings.filter(([, , isGood]) => !isGood).length;
console.log(`\n${findings.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
