import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import { loadThreadControls } from "@vivarium/guest-node";
import type ivm from "isolated-vm";

export type IsolatedVm = typeof ivm;

/**
 * The addon as the package loads it. An application that uses isolated-vm itself shares it with us: loaded a second
 * time in one process, by whatever road, it aborts.
 */
export function loadIsolatedVmPackage(): IsolatedVm {
  const engine = createRequire(import.meta.url)("isolated-vm") as IsolatedVm;
  if (!isMainThread && !endsWell) loadThreadControls().collectBeforeEnd();
  endsWell = true;
  return engine;
}

/** Whether that has been seen to, in this thread. */
let endsWell = false;

/**
 * The addon from the first of `binaries` that loads. It looks at nothing else on the filesystem, which is what a cell
 * without rights can do; only for a process in which nobody else loads it.
 */
export function loadIsolatedVmBinary(binaries: readonly string[]): IsolatedVm {
  const failures: unknown[] = [];
  for (const path of binaries) {
    const module: { exports: { ivm?: IsolatedVm } } = { exports: {} };
    try {
      process.dlopen(module, path);
    } catch (error) {
      failures.push(error);
    }
    if (module.exports.ivm !== undefined) return module.exports.ivm;
  }
  throw new AggregateError(failures, "No binary of isolated-vm loads on this platform");
}
