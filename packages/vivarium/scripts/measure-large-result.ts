import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";

/*
 * Prints by how many bytes the peak of the host's resident size grows while one large string is exported:
 * `measure-large-result.ts <process | inline> <bytes> [ascii | latin1 | wide]`. In an inline cell that is with the guest.
 */

const [cells = "process", size = String(2 ** 28 - 64), kind = "ascii"] = process.argv.slice(2);
const units: Readonly<Record<string, string>> = { ascii: '"x"', latin1: '"\\u00e9"', wide: '"\\u4e00"' };
const length = kind === "wide" ? Number(size) / 2 : Number(size);

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ permissions: {} }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells: cells === "inline" ? "inline" : "process" }),
  memoryLimit: 2048,
  cpuTimeLimitMs: Number.POSITIVE_INFINITY,
  resultLimitBytes: 2 ** 28,
});
await runtime.run("module.exports = 1");
const before = process.resourceUsage().maxRSS;
const result = await runtime.run<string>(`module.exports = ${units[kind]}.repeat(${length})`);
const grownBytes = (process.resourceUsage().maxRSS - before) * 1024;
console.log(JSON.stringify({ outcome: result.outcome.kind, length: result.exports?.length, grownBytes }));
