import type { Execution, SystemDriver } from "@vivarium/core";
import type { GuestBase } from "../channel/guest-kind.ts";

/** The world of a program of our own, which readies a cell: nothing is allowed, and nothing is there. */
export const emptyWorld: SystemDriver = { permissions: {}, processConfig: {}, osConfig: {} };

/** Enough on any machine. */
const LIMIT_MS = 10_000;

/**
 * How such a program is run.
 *
 * @param base what its guest boots: CommonJS for Node, else an ES module
 * @param limited whether to limit its time: isolated-vm keeps such limits with a thread, and a process that is to be
 *   copied has none to spare
 */
export function ownExecution(code: string, base: GuestBase, limited: boolean): Execution {
  const limitMs = limited ? LIMIT_MS : Number.POSITIVE_INFINITY;
  return {
    code,
    filePath: base === "node" ? "/own.cjs" : "/own.mjs",
    profile: base,
    mode: "run",
    argv: [],
    env: {},
    cwd: "/",
    stdin: "",
    limits: {
      memoryLimit: 128,
      processOverheadLimit: 256,
      cpuTimeLimitMs: limitMs,
      wallTimeLimitMs: limitMs,
      outputLimitBytes: 1_000_000,
      resultLimitBytes: 1_000_000,
      openFilesLimit: 16,
      systemCallLimit: Number.POSITIVE_INFINITY,
      systemCallRateLimit: Number.POSITIVE_INFINITY,
      pendingCallsLimit: 100,
      timersLimit: 100,
      threadsLimit: 0,
    },
  };
}
