import type { RuntimeDriver, RuntimeDriverContext, RuntimeDriverFactory } from "@vivarium/core";
import { type NodeRuntimeDriverOptions, resolveDriverOptions } from "./driver-options.ts";
import { assertEngine } from "./engine/assert-engine.ts";
import { InlineRuntimeDriver } from "./inline/inline-runtime-driver.ts";
import { cellCommand } from "./process/cell-command.ts";
import { ProcessRuntimeDriver } from "./process/process-runtime-driver.ts";

/**
 * Makes the runtime drivers of guests that see Node: each in a V8 isolate, the isolate in a process cell unless told
 * otherwise. Cells start with the first run that needs them, and end with the driver or with the host.
 *
 * @throws VivariumError `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`; `ERR_UNSUPPORTED_CAPABILITY` for worker cells;
 *   `ERR_UNSUPPORTED_PLATFORM` on another line of Node than 24; `ERR_ISOLATED_VM_VERSION` when isolated-vm is missing
 *   or older than 7.0.1.
 */
export function createNodeRuntimeDriverFactory(options: NodeRuntimeDriverOptions = {}): RuntimeDriverFactory {
  const { cells, maxCells } = resolveDriverOptions(options);
  const installation = assertEngine();
  const createRuntimeDriver = (context: RuntimeDriverContext): RuntimeDriver =>
    cells === "inline"
      ? new InlineRuntimeDriver(context, maxCells)
      : new ProcessRuntimeDriver(context, cellCommand(installation), maxCells);
  return { name: `isolated-vm (${cells})`, createRuntimeDriver };
}
