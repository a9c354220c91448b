import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  allowAllEnv,
  allowAllFs,
  allowCommands,
  allowHosts,
  allowUrls,
  any,
  createCommandExecutor,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type NetworkAccessRequest,
  NodeRuntime,
  type RunResult,
  type RuntimeDriverFactory,
} from "vivarium";
import { findProgram } from "./all-programs.ts";
import { endlessNetwork } from "./endless-network.ts";
import { findLiveValue } from "./find-live-value.ts";
import type { HostAnswer, HostReport, HostRequest } from "./host-messages.ts";
import { type HostileProgram, hostileLimits } from "./hostile-program.ts";
import { watchHost } from "./watch-host.ts";

/*
 * A host: a process that embeds Vivarium, runs the programs that it is told to, one after the other, and reports what it
 * went through. It is one of its own so that its figures are its own, and so that its death is one line of a table.
 */

/** A directory for commands, gone with the attack. */
class OwnDirectory implements AsyncDisposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "vivarium-hostile-"));

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** What the run after a hostile one does: it computes, reads a file, writes, and looks for what was left behind. */
const nextProgram = `const fs = require("fs");
  console.log("alive");
  const traces = [typeof globalThis.left, typeof {}.polluted, typeof process.env.LEFT, process.umask(), process.cwd()];
  module.exports = { answer: [1, 2, 3].map((n) => n * 14), given: fs.readFileSync("/given.txt", "utf8"), traces }`;
const nextAnswer = {
  answer: [14, 28, 42],
  given: "given by the host",
  traces: ["undefined", "undefined", "undefined", 0o22, "/"],
};

/** A character that the limit cuts in two arrives as U+FFFD, which is longer than its first byte. */
const CUT_CHARACTER_BYTES = 2;

/** Growth at which the host counts as settled after a program, and how long it has for that. */
const SETTLED_BYTES = 32 * 2 ** 20;
const SETTLE_MS = 15_000;
const SETTLE_EVERY_MS = 100;

const listening = ({ op }: NetworkAccessRequest): boolean => op === "listen";
const network = any(allowHosts(["a.test"]), allowUrls(["http://b.test/open/**"]), listening);

/** Harmless ones, within a directory that has nothing to read. */
const childProcess = allowCommands(["cat", "node", "sleep", "true", "yes"]);

const factories = new Map<string, RuntimeDriverFactory>();

function factoryFor(cells: HostRequest["cells"]): RuntimeDriverFactory {
  const known = factories.get(cells);
  if (known !== undefined) return known;
  const factory = createNodeRuntimeDriverFactory({ cells, maxCells: 1, waitingCells: 1 });
  factories.set(cells, factory);
  return factory;
}

/** Also of the pages that V8 keeps for garbage to come: what it would give back to a machine that is short of memory is not lost. */
function collectGarbage(): void {
  void globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
}

async function attack(program: HostileProgram, cells: HostRequest["cells"]): Promise<HostReport> {
  const diagnostics: string[] = [];
  const filesystem = createInMemoryFileSystem({ maxBytes: 2 ** 24, maxInodes: 5_000 });
  filesystem.writeFile("/given.txt", nextAnswer.given);
  filesystem.mkdir("/workspace");
  await using place = new OwnDirectory();
  const commandExecutor = createCommandExecutor({
    cwd: { "/workspace": place.path },
    maxCommands: 16,
    outputLimitBytes: 2 ** 24,
    timeLimitMs: 5_000,
  });
  let outputBytes = 0;
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({
      filesystem,
      networkAdapter: endlessNetwork,
      commandExecutor,
      permissions: { ...allowAllFs, ...allowAllEnv, network, childProcess },
    }),
    runtimeDriverFactory: factoryFor(cells),
    ...hostileLimits,
    onDiagnostic: ({ code, cause }) => void diagnostics.push(`${code}: ${String(cause).slice(0, 300)}`),
    onStdio: ({ message }) => {
      outputBytes += Buffer.byteLength(message);
    },
  });
  // Cells and guests that wait ready are there from the second run on.
  for (let run = 0; run < 2; run += 1) await runtime.run(nextProgram);
  outputBytes = 0;
  collectGarbage();
  const stop = watchHost();
  const { filePath = "/workspace/program.cjs", limits, abortAfterMs } = program;
  const signal = abortAfterMs === undefined ? {} : { signal: AbortSignal.timeout(abortAfterMs) };
  const result = await runtime.run(program.program, { filePath, ...limits, ...signal });
  const figures = stop();
  const runOutputBytes = outputBytes;
  const next = await runtime.run(nextProgram);
  const faults = [...diagnostics, ...findFaults(program, result)];
  const mostOutputBytes = limits?.outputLimitBytes ?? hostileLimits.outputLimitBytes;
  if (runOutputBytes > mostOutputBytes + CUT_CHARACTER_BYTES) {
    faults.push(`${runOutputBytes} bytes of output reached the listener`);
  }
  if (next.outcome.kind !== "returned" || !isDeepStrictEqual(next.exports, nextAnswer)) {
    faults.push(`the next run ended ${JSON.stringify(next.outcome)} with ${JSON.stringify(next.exports)}`);
  }
  const lastingBytes = await lastingGrowth(figures.sizeBytes);
  return {
    ...figures,
    lastingBytes,
    outcome: result.outcome.kind,
    message: result.errorMessage?.slice(0, 200) ?? "",
    faults,
  };
}

/** What the process has let go of takes the system a moment to see, and a thread that ends late holds its guest until then. */
async function lastingGrowth(sizeBefore: number): Promise<number> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    globalThis.gc?.();
    const growth = process.memoryUsage.rss() - sizeBefore;
    if (growth < SETTLED_BYTES || performance.now() > deadline) return growth;
    await sleep(SETTLE_EVERY_MS);
  }
}

function findFaults(program: HostileProgram, { outcome, exports }: RunResult): readonly string[] {
  const faults: string[] = [];
  if (!program.ends.includes(outcome.kind)) faults.push(`ended ${JSON.stringify(outcome).slice(0, 300)}`);
  const live = findLiveValue(exports);
  if (live !== undefined) faults.push(`exported ${live}`);
  if (outcome.kind === "returned" && "answer" in program && !isDeepStrictEqual(exports, program.answer)) {
    faults.push(`exported ${JSON.stringify(exports)?.slice(0, 300)}`);
  }
  if ("polluted" in {} || "left" in globalThis) faults.push("changed a prototype or global of the host");
  return faults;
}

function answer(message: HostAnswer): void {
  process.send?.(message);
}

process.on("message", ({ name, cells }: HostRequest) => {
  attack(findProgram(name), cells).then(
    (report) => answer({ kind: "report", report }),
    (error: unknown) => answer({ kind: "failure", error: String(error instanceof Error ? error.stack : error) }),
  );
});
process.on("disconnect", () => process.exit());
