import { createGuestConfig, HostCalls, runGuest } from "@vivarium/kernel";
import { type GuestBase, guestKind } from "../channel/guest-kind.ts";
import { type BootOptions, bootGuest } from "./booted-guest.ts";
import { emptyWorld, ownExecution } from "./own-program.ts";

/** What most programs use beyond what a boot loads: of Node a console, files, streams, both module loaders. */
const PROGRAMS: Readonly<Record<GuestBase, string>> = {
  node: `
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
`,
  bare: `
await Promise.resolve();
await import("missing").catch(() => {});
Promise.reject(new Error("handled late")).catch(() => {});
export default { text: "", list: [1, true, null], map: new Map() };
`,
};

/**
 * Runs a program of our own in a guest of its own, which leaves the code cache of all that it used in the library: a
 * guest compiles half as long with it. That guest sees nothing of the host, and no other guest can fill the library.
 */
export async function fillLibrary(
  options: Omit<BootOptions, "kind" | "preparing">,
  base: GuestBase,
  { limited }: { readonly limited: boolean } = { limited: true },
): Promise<void> {
  const { onDiagnostic } = options;
  const execution = ownExecution(PROGRAMS[base], base, limited);
  const { memoryLimit } = execution.limits;
  const { isolate, calls } = bootGuest({ ...options, kind: guestKind(base, memoryLimit), preparing: true });
  const run = { systemDriver: emptyWorld, execution, onDiagnostic };
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
