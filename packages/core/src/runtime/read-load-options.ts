import { optional, readCount, readOptions } from "../options/validate-options.ts";
import { execOptionNames } from "./read-execution.ts";
import type { LoadOptions } from "./runtime-options.ts";

/** How many calls a guest may have. */
export interface CallBounds {
  readonly most: number;
  readonly mostWaiting: number;
}

const loadOptionNames: readonly string[] = [...execOptionNames, "callsAtOnce", "maxQueuedCalls"];

/** How a program is loaded. */
export interface ReadLoadOptions {
  readonly bounds: CallBounds;
  /** The options of its run. */
  readonly rest: object;
  /** All that was said, for the next program in its place. */
  readonly given: object;
}

/**
 * What the options of `load` say of calls, and the rest: those of a run.
 *
 * @param inherited what holds where they say nothing
 * @throws VivariumError `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`
 */
export function readLoadOptions(options: string | LoadOptions, inherited: object = {}): ReadLoadOptions {
  const own = readOptions(typeof options === "string" ? { filePath: options } : options, "load()", loadOptionNames);
  const given = { ...inherited, ...defined(own) };
  const { callsAtOnce, maxQueuedCalls, ...rest }: Readonly<Record<string, unknown>> = given;
  const bounds = {
    most: optional(callsAtOnce, readCount("callsAtOnce", 1)) ?? 100,
    mostWaiting: optional(maxQueuedCalls, readCount("maxQueuedCalls", 0)) ?? 1000,
  };
  return { bounds, rest, given };
}

function defined(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
