import { createInMemoryFileSystem, createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";

/*
 * Prints for how long the host's event loop stood still at most while a guest in a process cell did what could hold it
 * up: `measure-host-pauses.ts [name of a case …]`.
 */

const MB = 1e6;
const cases: Readonly<Record<string, string>> = {
  nothing: "1",
  "string-10": `"x".repeat(${10 * MB})`,
  "string-50": `"x".repeat(${50 * MB})`,
  "string-100": `"x".repeat(${100 * MB})`,
  "string-200": `"x".repeat(${200 * MB})`,
  "latin1-200": `"\\u00e9".repeat(${200 * MB})`,
  "wide-200": `"\\u4e00".repeat(${100 * MB})`,
  "buffer-10": `new ArrayBuffer(${10 * MB})`,
  "buffer-50": `new ArrayBuffer(${50 * MB})`,
  "buffer-100": `new ArrayBuffer(${100 * MB})`,
  "buffer-200": `new ArrayBuffer(${200 * MB})`,
  "floats-200": `new Float64Array(${25 * MB}).fill(1.5)`,
  "numbers-1e6": `Array.from({ length: 1e6 }, (_, i) => i + 0.5)`,
  "numbers-8e6": `Array.from({ length: 8e6 }, (_, i) => i + 0.5)`,
  "numbers-and-a-text": `[...Array.from({ length: 8e6 }, (_, i) => i + 0.5), "end"]`,
  "texts-and-numbers": `[...new Array(2e6).fill("t"), ...Array.from({ length: 6e6 }, (_, i) => i + 0.5)]`,
  "numbers-1e7": `Array.from({ length: 1e7 }, (_, i) => i + 0.5)`,
  "objects-1e6": `Array.from({ length: 1e6 }, (_, i) => ({ i }))`,
  "objects-of-a-name-each": `Array.from({ length: 5e5 }, (_, i) => ({ ["key" + i]: i }))`,
  "texts-1e6": `Array.from({ length: 1e6 }, (_, i) => "text " + i)`,
  "one-object": `Object.fromEntries(Array.from({ length: 262144 }, (_, i) => ["key" + i, i]))`,
  "one-map": `new Map(Array.from({ length: 524288 }, (_, i) => ["key" + i, i]))`,
  "one-set": `new Set(Array.from({ length: 524288 }, (_, i) => i))`,
  "dates-1e6": `Array.from({ length: 1e6 }, (_, i) => new Date(i))`,
  "errors-1e5": `Array.from({ length: 1e5 }, (_, i) => new Error("message " + i))`,
  "expressions-1e5": `Array.from({ length: 1e5 }, (_, i) => new RegExp("(a|b)*c" + i))`,
  "long-expressions": `Array.from({ length: 1e3 }, (_, i) => new RegExp("(a|b)*c".repeat(1e3) + i))`,
  "long-bigint": `2n ** 4000000n`,
  "bigints-1e3": `Array.from({ length: 1e3 }, (_, i) => 2n ** 80000n + BigInt(i))`,
  "holes-4e6": `(() => { const a = []; a.length = 3.9e6; a.push(1); return a; })()`,
  "failure-with-a-long-message": `(() => { throw new Error("x".repeat(${200 * MB})); })()`,
  "failure-with-a-wide-message": `(() => { throw new Error("\\u4e00".repeat(${100 * MB})); })()`,
  "long-output": `process.stdout.write("x".repeat(${200 * MB}))`,
  "wide-output": `process.stdout.write("\\u4e00".repeat(${50 * MB}))`,
  "much-output": `(() => { for (let i = 0; i < 5e4; i++) console.log("line " + i); })()`,
  "long-path": `(() => { try { require("fs").readFileSync("/" + "x".repeat(${100 * MB})); } catch {} })()`,
  "long-write": `(() => { try { require("fs").writeFileSync("/a", Buffer.alloc(${200 * MB})); } catch {} })()`,
};

/** In a directory, by the host alone: the cell has no copy of files about which a function is asked. */
const directories: Readonly<Record<string, { readonly entries: number; readonly nameLength: number }>> = {
  "listing-1e4": { entries: 1e4, nameLength: 12 },
  "listing-99e3": { entries: 99_000, nameLength: 12 },
  "listing-99e3-of-long-names": { entries: 99_000, nameLength: 255 },
};

function directoryOf({ entries, nameLength }: { readonly entries: number; readonly nameLength: number }) {
  const filesystem = createInMemoryFileSystem();
  filesystem.mkdir("/directory");
  for (let entry = 0; entry < entries; entry += 1)
    filesystem.writeFile(`/directory/${`${entry}`.padStart(nameLength, "n")}`, "");
  return createNodeDriver({ filesystem, permissions: { fs: () => ({ allow: true }) } });
}

/** The most, in milliseconds, that went by between two turns of the event loop: on the clock, and of this thread's CPU time. */
interface Pause {
  wall: number;
  cpu: number;
}

async function longestPause(work: () => Promise<unknown>): Promise<Pause> {
  const longest = { wall: 0, cpu: 0 };
  let wall = performance.now();
  let cpu = cpuTime();
  const look = (): void => {
    const now = performance.now();
    const used = cpuTime();
    longest.wall = Math.max(longest.wall, now - wall);
    longest.cpu = Math.max(longest.cpu, used - cpu);
    wall = now;
    cpu = used;
  };
  const timer = setInterval(look, 1);
  await work();
  look();
  clearInterval(timer);
  return longest;
}

function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

console.log(`${"ms".padEnd(30)}    pause  its CPU     whole`);
const chosen = process.argv.slice(2);
const listing = 'require("fs").readdirSync("/directory").length';
for (const name of [...Object.keys(cases), ...Object.keys(directories)]) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const value = cases[name] ?? listing;
  const directory = directories[name];
  await using runtime = new NodeRuntime({
    systemDriver: directory === undefined ? createNodeDriver({ permissions: {} }) : directoryOf(directory),
    runtimeDriverFactory: createNodeRuntimeDriverFactory(),
    memoryLimit: 4096,
    cpuTimeLimitMs: Number.POSITIVE_INFINITY,
    wallTimeLimitMs: Number.POSITIVE_INFINITY,
    outputLimitBytes: Number.POSITIVE_INFINITY,
    resultLimitBytes: 2 ** 28,
    onStdio: () => {},
  });
  await runtime.run("module.exports = 1");
  const started = performance.now();
  let ended = "";
  const pause = await longestPause(async () => {
    const { outcome, exports } = await runtime.run(`module.exports = ${value}`);
    ended = outcome.kind === "returned" ? typeof exports : JSON.stringify(outcome).slice(0, 100);
  });
  const figures = [pause.wall, pause.cpu, performance.now() - started].map((figure) => figure.toFixed(1).padStart(9));
  console.log(`${name.padEnd(30)}${figures.join("")}  ${ended}`);
}
