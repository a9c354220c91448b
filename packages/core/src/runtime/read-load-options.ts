import { execOptionNames } from "./read-execution.ts";
import type { LoadOptions } from "./runtime-options.ts";
import { optional, readCount, readOptions } from "./validate-options.ts";

/** How many calls a guest may have. */
export interface CallBounds {
  readonly most: number;
  readonly mostWaiting: number;
}

const loadOptionNames: readonly string[] = [...execOptionNames, "callsAtOnce", "maxQueuedCalls"];

/**
 * What the options of `load` say of calls, and the rest: those of a run.
 *
 * @throws VivariumError `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`
 */
export function readLoadOptions(options: string | LoadOptions): { readonly bounds: CallBounds; readonly rest: object } {
  const given = typeof options === "string" ? { filePath: options } : options;
  const { callsAtOnce, maxQueuedCalls, ...rest } = readOptions(given, "load()", loadOptionNames);
  const bounds = {
    most: optional(callsAtOnce, readCount("callsAtOnce", 1)) ?? 100,
    mostWaiting: optional(maxQueuedCalls, readCount("maxQueuedCalls", 0)) ?? 1000,
  };
  return { bounds, rest };
}
