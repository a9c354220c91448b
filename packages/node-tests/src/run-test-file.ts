import { createConformanceDriverFactory } from "@vivarium/isolated-vm";
import { allowAll, createNodeDriver, NodeRuntime } from "vivarium";
import { judgeTest } from "./judge-test.ts";
import { guestExecPath, guestRoot, guestSuite, type PreparedSuite } from "./suite-file-system.ts";
import { testFolder } from "./suite-folder.ts";
import { readTestDirectives } from "./test-directives.ts";
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
      permissions: allowAll,
      processConfig: {
        cwd: guestRoot,
        execPath: guestExecPath,
        env: { ...baseEnv, ...directives.env },
        ...user,
      },
    }),
    runtimeDriverFactory: createConformanceDriverFactory(
      { cells: directives.engineFlags.length > 0 ? "process" : conditions.cell, maxCells: 1 },
      { execArgv: directives.flags, options: directives.options, engineFlags: directives.engineFlags },
    ),
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

/** Root, since the in-memory filesystem keeps modes and does not enforce them: tests of enforcement then skip themselves. */
const user = { uid: 0, gid: 0, pid: 4242, ppid: 4241 };

/** `NODE_SKIP_CRYPTO` is the suite's own word for a Node without crypto. */
const baseEnv: Readonly<Record<string, string>> = {
  HOME: "/home/user",
  LANG: "C.UTF-8",
  NODE_SKIP_CRYPTO: "1",
  PATH: "/usr/local/bin:/usr/bin:/bin",
  TZ: "UTC",
};
