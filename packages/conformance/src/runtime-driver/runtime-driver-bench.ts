import {
  type Diagnostic,
  decodeInert,
  type Execution,
  type Outcome,
  type RuntimeDriver,
  type RuntimeDriverFactory,
  type StdioEvent,
  type SystemDriver,
} from "@vivarium/core";
import { expect } from "vitest";
import { type LivingProgram, loadProgram } from "./living-program.ts";
import { type ProgramOptions, plainExecution, roomyLimits } from "./program-options.ts";

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
  /** Loads a program that stays. */
  load(code: string, options?: ProgramOptions): Promise<LivingProgram>;
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
    load: (code, options) => loadProgram(driver, code, options),
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

const textOf = (output: readonly StdioEvent[], channel: StdioEvent["channel"]): string =>
  output.map((event) => (event.channel === channel ? event.message : "")).join("");
