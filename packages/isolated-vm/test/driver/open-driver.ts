import type {
  Diagnostic,
  Execution,
  ExecutionReport,
  Limits,
  RuntimeDriver,
  RuntimeDriverFactory,
  StdioEvent,
  SystemDriver,
} from "@vivarium/core";
import { createNodeRuntimeDriverFactory, type NodeRuntimeDriverOptions } from "../../src/index.ts";

export const standardLimits: Limits = {
  memoryLimit: 64,
  processOverheadLimit: 256,
  cpuTimeLimitMs: 10_000,
  wallTimeLimitMs: 20_000,
  outputLimitBytes: 1_000_000,
  resultLimitBytes: 1_000_000,
  openFilesLimit: 64,
  systemCallLimit: Number.POSITIVE_INFINITY,
  systemCallRateLimit: Number.POSITIVE_INFINITY,
  pendingCallsLimit: 10_000,
  timersLimit: 10_000,
  threadsLimit: 16,
};

export interface OpenDriver extends AsyncDisposable {
  readonly driver: RuntimeDriver;
  readonly diagnostics: readonly Diagnostic[];
  /** Runs a program for its status. */
  exec(code: string, own?: Partial<Omit<Execution, "limits">>, limits?: Partial<Limits>): Promise<ExecutionReport>;
  /** Runs a program for what it writes to stdout. */
  output(code: string, own?: Partial<Omit<Execution, "limits">>, limits?: Partial<Limits>): Promise<string>;
}

export function openDriver(options: NodeRuntimeDriverOptions, system: Partial<SystemDriver> = {}): OpenDriver {
  // Nothing is to be left when it is disposed of.
  return openDriverOf(createNodeRuntimeDriverFactory({ idleTimeMs: 0, ...options }), system);
}

export function openDriverOf(factory: RuntimeDriverFactory, system: Partial<SystemDriver> = {}): OpenDriver {
  const diagnostics: Diagnostic[] = [];
  const driver = factory.createRuntimeDriver({
    systemDriver: { permissions: {}, processConfig: {}, osConfig: {}, ...system },
    limits: standardLimits,
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
  });
  const exec: OpenDriver["exec"] = (code, own = {}, limits = {}) =>
    driver.execute({
      code,
      filePath: "/entry.js",
      mode: "exec",
      argv: [],
      env: {},
      cwd: "/",
      stdin: "",
      ...own,
      limits: { ...standardLimits, ...limits },
    });
  return {
    driver,
    diagnostics,
    exec,
    async output(code, own, limits) {
      const events: StdioEvent[] = [];
      const report = await exec(code, { ...own, onStdio: (event) => void events.push(event) }, limits);
      const text = (channel: StdioEvent["channel"]): string =>
        events.map((event) => (event.channel === channel ? event.message : "")).join("");
      if (report.outcome.kind !== "returned") throw new Error(`${JSON.stringify(report.outcome)}\n${text("stderr")}`);
      return text("stdout");
    },
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}
