import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  type NetworkAccessRequest,
  NodeRuntime,
  type RunResult,
} from "vivarium";
import { findProgram } from "./all-programs.ts";
import { attackExtension } from "./attack-extension.ts";
import { endlessNetwork } from "./endless-network.ts";
import { factoryFor } from "./factory-for.ts";
import { findLiveValue } from "./find-live-value.ts";
import type { HostAnswer, HostReport, HostRequest } from "./host-messages.ts";
import { type HostileProgram, hostileLimits } from "./hostile-program.ts";
import { collectGarbage, lastingGrowth } from "./lasting-growth.ts";
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

const listening = ({ op }: NetworkAccessRequest): boolean => op === "listen";
const network = any(allowHosts(["a.test"]), allowUrls(["http://b.test/open/**"]), listening);

/** Harmless ones, within a directory that has nothing to read. */
const childProcess = allowCommands(["cat", "node", "sleep", "true", "yes"]);

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
  const program = findProgram(name);
  const attacked = program.as === "extension" ? attackExtension(program, cells) : attack(program, cells);
  attacked.then(
    (report) => answer({ kind: "report", report }),
    (error: unknown) => answer({ kind: "failure", error: String(error instanceof Error ? error.stack : error) }),
  );
});
process.on("disconnect", () => process.exit());
