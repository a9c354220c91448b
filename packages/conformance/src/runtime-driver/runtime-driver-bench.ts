import {
  type Diagnostic,
  decodeInert,
  type Execution,
  type Limits,
  type MaybePromise,
  type Outcome,
  type RuntimeDriver,
  type RuntimeDriverFactory,
  type StdioEvent,
  type SystemDriver,
} from "@vivarium/core";
import { expect } from "vitest";

/** Limits that no case meets unless it means to. */
export const roomyLimits: Limits = {
  memoryLimit: 128,
  processOverheadLimit: 256,
  cpuTimeLimitMs: 10_000,
  wallTimeLimitMs: 20_000,
  outputLimitBytes: 16 * 2 ** 20,
  resultLimitBytes: 4 * 2 ** 20,
  openFilesLimit: 64,
  systemCallLimit: Number.POSITIVE_INFINITY,
  systemCallRateLimit: Number.POSITIVE_INFINITY,
  pendingCallsLimit: 100_000,
  timersLimit: 100_000,
};

/** What a case asks of one run; the rest are defaults that let nothing interfere. */
export interface ProgramOptions extends Partial<Omit<Execution, "code" | "limits" | "onStdio">> {
  readonly limits?: Partial<Limits>;
  /** Told of each piece of output, after the bench has noted it. */
  readonly onStdio?: (event: StdioEvent) => MaybePromise<void>;
}

/** What became of one run. */
export interface ProgramResult {
  readonly outcome: Outcome;
  /** The exports, decoded; `undefined` when there were none. */
  readonly exports: unknown;
  readonly output: readonly StdioEvent[];
  readonly stdout: string;
  readonly stderr: string;
}

/** A runtime driver under test, and what it told the embedder. */
export interface RuntimeDriverBench extends AsyncDisposable {
  readonly driver: RuntimeDriver;
  readonly diagnostics: readonly Diagnostic[];
  /** Runs a program for its exports. */
  run(code: string, options?: ProgramOptions): Promise<ProgramResult>;
  /** Runs a program for its status. */
  exec(code: string, options?: ProgramOptions): Promise<ProgramResult>;
  /** The exports of a program that has to return. */
  exportsOf(code: string, options?: ProgramOptions): Promise<unknown>;
  /** Another driver of the same factory, in another world. */
  open(system: Partial<SystemDriver>): RuntimeDriverBench;
}

/** Makes a driver of a factory, in a world that allows nothing unless it is told. */
export function openRuntimeDriver(
  factory: RuntimeDriverFactory,
  system: Partial<SystemDriver> = {},
): RuntimeDriverBench {
  const diagnostics: Diagnostic[] = [];
  const driver = factory.createRuntimeDriver({
    systemDriver: { permissions: {}, processConfig: {}, osConfig: {}, ...system },
    limits: roomyLimits,
    onDiagnostic: (diagnostic) => void diagnostics.push(diagnostic),
  });
  const start = async (
    code: string,
    mode: Execution["mode"],
    { limits = {}, onStdio, ...own }: ProgramOptions = {},
  ): Promise<ProgramResult> => {
    const output: StdioEvent[] = [];
    const report = await driver.execute({
      ...plainExecution,
      ...own,
      code,
      mode,
      limits: { ...roomyLimits, ...limits },
      onStdio: (event) => {
        output.push(event);
        return onStdio?.(event);
      },
    });
    const exports = report.exports === undefined ? undefined : decodeInert(report.exports);
    return {
      outcome: report.outcome,
      exports,
      output,
      stdout: textOf(output, "stdout"),
      stderr: textOf(output, "stderr"),
    };
  };
  return {
    driver,
    diagnostics,
    run: (code, options) => start(code, "run", options),
    exec: (code, options) => start(code, "exec", options),
    async exportsOf(code, options) {
      const { outcome, exports, stderr } = await start(code, "run", options);
      expect(outcome, stderr).toEqual({ kind: "returned", code: 0 });
      return exports;
    },
    open: (otherSystem) => openRuntimeDriver(factory, otherSystem),
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}

const plainExecution = {
  filePath: "/entry.js",
  argv: [],
  env: {},
  cwd: "/",
  stdin: "",
} as const satisfies Partial<Execution>;

const textOf = (output: readonly StdioEvent[], channel: StdioEvent["channel"]): string =>
  output.map((event) => (event.channel === channel ? event.message : "")).join("");
