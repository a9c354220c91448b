import { createConformanceDriverFactory } from "@vivarium/isolated-vm";
import { allowAll, createNodeDriver, NodeRuntime, type RuntimeDriverFactory } from "vivarium";
import { judgeTest } from "./judge-test.ts";
import { guestExecPath, guestRoot, guestSuite, type PreparedSuite } from "./suite-file-system.ts";
import { testFolder } from "./suite-folder.ts";
import { checkSystemCommand, systemCommands } from "./system-commands.ts";
import { readTestDirectives, type TestDirectives } from "./test-directives.ts";
import type { TestResult } from "./test-result.ts";

/** One program of the suite. */
export interface TestProgram {
  readonly name: string;
  readonly source: string;
}

/** Where its guest lives, and what it may use. */
export interface TestConditions {
  /** A file that asks for flags of V8 gets a process cell in any case: they hold for a whole process. */
  readonly cell: "process" | "inline";
  /** Wall-clock time, in milliseconds. */
  readonly timeoutMs: number;
}

/** Heap of a test's guest, in MiB: some tests of buffers want a lot. */
const memoryLimit = 512;

/** A test's own, and those that it starts as child processes. */
const MOST_GUESTS = 16;

/** Runs one program in a fresh guest over its own copy of the prepared filesystem. */
export async function runTestFile(
  program: TestProgram,
  prepared: PreparedSuite,
  conditions: TestConditions,
): Promise<TestResult> {
  const filePath = `${guestSuite}/${testFolder}/${program.name}`;
  const filesystem = prepared.filesystemFor(program.source);
  filesystem.writeFile(filePath, program.source);
  const directives = readTestDirectives(program.source);
  const output = { stdout: "", stderr: "" };
  const began = performance.now();
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({
      filesystem,
      permissions: { ...allowAll, childProcess: checkSystemCommand },
      commandExecutor: systemCommands(),
      processConfig: {
        cwd: guestRoot,
        execPath: guestExecPath,
        env: { ...baseEnv, ...directives.env },
        ...user,
      },
    }),
    runtimeDriverFactory: factoryFor(directives, conditions),
    memoryLimit,
    wallTimeLimitMs: conditions.timeoutMs,
    cpuTimeLimitMs: Number.POSITIVE_INFINITY,
    onStdio: ({ channel, message }) => {
      output[channel] += message;
    },
  });
  const result = await runtime.exec(program.source, { filePath });
  return judgeTest({
    name: program.name,
    kind: result.outcome.kind,
    code: result.code,
    errorMessage: result.errorMessage,
    ...output,
    durationMs: Math.round(performance.now() - began),
  });
}

/** Kept, since what cells are copied from belongs to a factory; those with flags of V8 serve one file. */
const factories = new Map<string, RuntimeDriverFactory>();

function factoryFor(directives: TestDirectives, conditions: TestConditions): RuntimeDriverFactory {
  const { flags: execArgv, options, engineFlags } = directives;
  const needsProcess = engineFlags.length > 0;
  const make = (): RuntimeDriverFactory =>
    createConformanceDriverFactory(
      { cells: needsProcess ? "process" : conditions.cell, maxCells: MOST_GUESTS, waitingCells: 1 },
      { execArgv, options, engineFlags, opensInternals: true },
    );
  if (needsProcess) return make();
  const key = JSON.stringify([execArgv, options, conditions.cell]);
  const factory = factories.get(key) ?? make();
  factories.set(key, factory);
  return factory;
}

/** Root, since the in-memory filesystem keeps modes and does not enforce them: tests of enforcement then skip themselves. */
const user = { uid: 0, gid: 0, pid: 4242, ppid: 4241 };

const baseEnv: Readonly<Record<string, string>> = {
  HOME: "/home/user",
  LANG: "C.UTF-8",
  PATH: "/usr/local/bin:/usr/bin:/bin",
  TZ: "UTC",
};
