import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  allowAll,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Guest,
  NodeRuntime,
} from "vivarium";
import { asksAnother, asksItself, serves, servesAsGuest } from "./programs.table.ts";

/* Requests per second over HTTP: a program that asks itself, a server that is asked, a client that asks. In Node and in guests, by turns. */

const MS = 2_000;
const TURNS = 3;
const CONNECTIONS = 16;

function createRuntime(
  cells: "process" | "inline",
  ports: readonly number[],
  print: (text: string) => void,
): NodeRuntime {
  return new NodeRuntime({
    systemDriver: createNodeDriver({
      filesystem: createInMemoryFileSystem(),
      permissions: allowAll,
      useDefaultNetwork: true,
      loopbackExemptPorts: ports,
    }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
    memoryLimit: 256,
    cpuTimeLimitMs: 60_000,
    onStdio: ({ message }) => print(message),
  });
}

async function inGuest(cells: "process" | "inline", program: string, ports: readonly number[] = []): Promise<number> {
  let output = "";
  await using runtime = createRuntime(cells, ports, (text) => {
    output += text;
  });
  const { errorMessage } = await runtime.exec(program, { filePath: "/program.cjs" });
  if (errorMessage !== undefined) throw new Error(errorMessage);
  return Number(output);
}

function inNode(program: string): ChildProcess {
  return spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
}

async function printed(child: ChildProcess): Promise<number> {
  const [output] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return Number(output.toString());
}

/** Requests per second that one asks with `fetch`. */
async function rate(fetch: (url: string) => Promise<Response>, port: number): Promise<number> {
  const askFor = async (ms: number): Promise<number> => {
    let asked = 0;
    const began = performance.now();
    const askOn = async (): Promise<void> => {
      while (performance.now() - began < ms) {
        await (await fetch(`http://127.0.0.1:${port}/path`)).text();
        asked += 1;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, askOn));
    return (asked / (performance.now() - began)) * 1000;
  };
  await askFor(MS / 4);
  return await askFor(MS);
}

async function guestServerRate(cells: "process" | "inline"): Promise<number> {
  await using runtime = createRuntime(cells, [], (text) => console.log(text));
  const guest: Guest<{ ready(): Promise<void> }> = await runtime.load(servesAsGuest, "/server.cjs");
  await guest.call("ready");
  return await rate((url) => runtime.network.fetch(url), 3000);
}

async function nodeServerRate(): Promise<number> {
  const child = inNode(serves);
  try {
    return await rate(fetch, await printed(child));
  } finally {
    child.kill();
  }
}

async function clientRates(): Promise<readonly number[]> {
  const child = inNode(serves);
  try {
    const port = await printed(child);
    const program = asksAnother(MS, port);
    return [
      await printed(inNode(program)),
      await inGuest("process", program, [port]),
      await inGuest("inline", program, [port]),
    ];
  } finally {
    child.kill();
  }
}

const measurements: Readonly<Record<string, () => Promise<readonly number[]>>> = {
  "asks itself": async () => {
    const program = asksItself(MS);
    return [await printed(inNode(program)), await inGuest("process", program), await inGuest("inline", program)];
  },
  "is asked by its host": async () => [
    await nodeServerRate(),
    await guestServerRate("process"),
    await guestServerRate("inline"),
  ],
  "asks a server of the host": clientRates,
};

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const line = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(26)).join("");
console.log(line(["requests per second", "Node", "guest, process cell", "guest, inline cell"]));
for (const [name, measure] of Object.entries(measurements)) {
  const turns: (readonly number[])[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) turns.push(await measure());
  const figures = [0, 1, 2].map((contestant) => median(turns.map((turn) => turn[contestant] ?? Number.NaN)));
  const [node = Number.NaN] = figures;
  console.log(line([name, ...figures.map((each) => `${each.toFixed(0)} (${Math.round((each / node) * 100)} %)`)]));
}
