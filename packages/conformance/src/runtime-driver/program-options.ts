import type { Execution, Limits, MaybePromise, StdioEvent } from "@vivarium/core";

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
  threadsLimit: 16,
};

/** What a case asks of one run; the rest are defaults that let nothing interfere. */
export interface ProgramOptions extends Partial<Omit<Execution, "code" | "limits" | "onStdio">> {
  readonly limits?: Partial<Limits>;
  /** Told of each piece of output, after the bench has noted it. */
  readonly onStdio?: (event: StdioEvent) => MaybePromise<void>;
}

/** An execution in which nothing interferes. */
export const plainExecution: Pick<Execution, "filePath" | "argv" | "env" | "cwd" | "stdin"> = {
  filePath: "/entry.js",
  argv: [],
  env: {},
  cwd: "/",
  stdin: "",
};
