import type { Execution, SystemDriver } from "@vivarium/core";
import { createGuestConfig, HostCalls, runGuest } from "@vivarium/kernel";
import { type BootOptions, bootGuest } from "./booted-guest.ts";

/** What most programs use beyond what a boot loads: a console, files, streams, both module loaders. */
const PROGRAM = `
const { builtinModules } = require("node:module");
for (const name of ["assert", "child_process", "crypto", "events", "fs", "fs/promises", "os", "path", "perf_hooks",
  "querystring", "readline", "stream", "stream/promises", "stream/web", "string_decoder", "timers/promises", "url",
  "util", "zlib"]) {
  try {
    if (builtinModules.includes(name)) require(name);
  } catch {}
}
console.log("%s %o", "text", { list: [1, 2], map: new Map([[1, new Date(0)]]) });
console.error(new Error("shown with its stack"));
try {
  require("fs").readFileSync("/missing");
} catch {}
setTimeout(() => {}, 0);
import("data:text/javascript,export default 1").then(() => {});
module.exports = { text: "", list: [1, true, null], map: new Map() };
`;

const LIMIT_MS = 10_000;

const nothing: SystemDriver = { permissions: {}, processConfig: {}, osConfig: {} };

const limitedExecution: Execution = {
  code: PROGRAM,
  filePath: "/prepare.cjs",
  mode: "run",
  argv: [],
  env: {},
  cwd: "/",
  stdin: "",
  limits: {
    memoryLimit: 128,
    cpuTimeLimitMs: LIMIT_MS,
    wallTimeLimitMs: LIMIT_MS,
    outputLimitBytes: 1_000_000,
    resultLimitBytes: 1_000_000,
    openFilesLimit: 16,
  },
};

/** Without limits of time, which isolated-vm keeps with a thread: a process that is to be copied has none to spare. */
const unlimitedExecution: Execution = {
  ...limitedExecution,
  limits: {
    ...limitedExecution.limits,
    cpuTimeLimitMs: Number.POSITIVE_INFINITY,
    wallTimeLimitMs: Number.POSITIVE_INFINITY,
  },
};

/**
 * Runs a program of our own in a guest of its own, which leaves the code cache of all that it used in the library: a
 * guest compiles half as long with it. That guest sees nothing of the host, and no other guest can fill the library.
 */
export async function fillLibrary(
  options: Omit<BootOptions, "memoryLimit" | "preparing">,
  { limited }: { readonly limited: boolean } = { limited: true },
): Promise<void> {
  const { onDiagnostic } = options;
  const execution = limited ? limitedExecution : unlimitedExecution;
  const { memoryLimit } = execution.limits;
  const { isolate, calls } = bootGuest({ ...options, memoryLimit, preparing: true });
  const run = { systemDriver: nothing, execution, onDiagnostic };
  const hostCalls = new HostCalls(run);
  try {
    const config = await createGuestConfig(run);
    calls.begin({ host: hostCalls.inlinePort(), limits: execution.limits, preparing: true });
    await runGuest({ isolate, calls, execution, config, onDiagnostic, leavesTasks: !limited });
  } finally {
    isolate.dispose();
    await hostCalls.dispose();
  }
}
