import { parseArgs } from "node:util";
import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";
import { descendantsOf, descriptorsOf, proportionalMiB } from "./endurance/process-tree.ts";

/*
 * Runs a small program many thousand times and looks whether anything grows: memory of the host, of all its processes
 * together, descriptors.
 */

const { values } = parseArgs({
  options: { runs: { type: "string", default: "20000" }, isolation: { type: "string", default: "runtime" } },
});
const runs = Number(values.runs);
const isolation = values.isolation === "run" ? "run" : "runtime";
const SAMPLES = 20;
/** A fifth of the samples come before what is looked at: pools fill, code is compiled. */
const WARM_UP = SAMPLES / 5;
/** A slope that a service would notice: a mebibyte for a thousand runs. */
const MOST_MIB_PER_THOUSAND = 1;

interface Sample {
  readonly runs: number;
  readonly host: number;
  readonly all: number;
  readonly descriptors: number;
}

const runtime = new NodeRuntime({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory({ isolation }),
});
const code = `
  const list = Array.from({ length: 1000 }, (_, index) => "item " + index);
  console.log(list.length);
  module.exports = list;
`;

const samples: Sample[] = [];
const began = performance.now();
for (let sample = 1; sample <= SAMPLES; sample += 1) {
  for (let run = 0; run < runs / SAMPLES; run += 2) {
    const results = await Promise.all([runtime.run<string[]>(code), runtime.run<string[]>(code)]);
    for (const { outcome, exports } of results)
      if (outcome.kind !== "returned" || exports?.length !== 1000) throw new Error(JSON.stringify(outcome));
  }
  const processes = [process.pid, ...descendantsOf(process.pid)];
  const taken = {
    runs: (sample * runs) / SAMPLES,
    host: proportionalMiB(process.pid),
    all: processes.reduce((sum, pid) => sum + proportionalMiB(pid), 0),
    descriptors: descriptorsOf(process.pid),
  };
  samples.push(taken);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${String(taken.runs).padStart(6)} runs, ${seconds.padStart(4)} s: host ${taken.host.toFixed(1)} MiB, all ${taken.all.toFixed(1)} MiB, ${taken.descriptors} descriptors`,
  );
}
await runtime.dispose();

/** By the method of least squares, per thousand runs. */
function slopeOf(figure: (sample: Sample) => number): number {
  const warm = samples.slice(WARM_UP);
  const mean = (of: (sample: Sample) => number): number => warm.reduce((sum, each) => sum + of(each), 0) / warm.length;
  const [x, y] = [mean((sample) => sample.runs), mean(figure)];
  const covariance = warm.reduce((sum, each) => sum + (each.runs - x) * (figure(each) - y), 0);
  const variance = warm.reduce((sum, each) => sum + (each.runs - x) ** 2, 0);
  return (1000 * covariance) / variance;
}

const slopes: readonly (readonly [what: string, unit: string, slope: number, most: number])[] = [
  ["memory of the host", "MiB", slopeOf(({ host }) => host), MOST_MIB_PER_THOUSAND],
  ["memory of all processes", "MiB", slopeOf(({ all }) => all), MOST_MIB_PER_THOUSAND],
  ["descriptors of the host", "", slopeOf(({ descriptors }) => descriptors), 0.5],
];
let failed = 0;
for (const [what, unit, slope, most] of slopes) {
  const isFlat = slope <= most;
  if (!isFlat) failed += 1;
  console.log(`${isFlat ? "ok  " : "BAD "} ${what}: ${slope.toFixed(3)} ${unit} per 1000 runs`);
}
console.log(`\n${slopes.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
