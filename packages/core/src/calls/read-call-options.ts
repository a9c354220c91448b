import { VivariumError } from "../errors/vivarium-error.ts";
import type { CallOptions } from "../functions/call-options.ts";
import type { Limits } from "../limits/limits.ts";
import { readLimit } from "../limits/resolve-limits.ts";
import { optional, readOptions, readSignal } from "../options/validate-options.ts";

/** A call that has been checked. */
export interface CheckedCall {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly cpuTimeLimitMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

const callOptionNames: readonly string[] = ["cpuTimeLimitMs", "timeoutMs", "signal"];

/** Longer than any export's. */
const LONGEST_NAME = 1024;

/** @throws VivariumError `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_LIMIT` */
export function readCall(name: unknown, args: unknown, options: unknown, limits: Limits): CheckedCall {
  if (typeof name !== "string" || name === "" || name.length > LONGEST_NAME) {
    const wanted = `a string of 1 to ${LONGEST_NAME} characters`;
    throw new VivariumError("ERR_INVALID_OPTION", { option: "name", wanted, actual: name });
  }
  if (!Array.isArray(args))
    throw new VivariumError("ERR_INVALID_OPTION", { option: "args", wanted: "an array", actual: args });
  if (options === NO_OPTIONS) {
    return { name, args, cpuTimeLimitMs: limits.cpuTimeLimitMs, timeoutMs: limits.wallTimeLimitMs, signal: undefined };
  }
  const { cpuTimeLimitMs, timeoutMs, signal } = readOptions(options, "call()", callOptionNames);
  return {
    name,
    args,
    cpuTimeLimitMs: cpuTimeLimitMs === undefined ? limits.cpuTimeLimitMs : readLimit("cpuTimeLimitMs", cpuTimeLimitMs),
    timeoutMs: readTimeout(timeoutMs, limits),
    signal: optional(signal, readSignal),
  };
}

/** The options of a call that has none: many have not, and come fast. */
export const NO_OPTIONS: CallOptions = Object.freeze({});

function readTimeout(value: unknown, { wallTimeLimitMs }: Limits): number {
  if (value === undefined) return wallTimeLimitMs;
  if (typeof value === "number" && value > 0) return value;
  const wanted = "a number of milliseconds above 0, or Infinity";
  throw new VivariumError("ERR_INVALID_OPTION", { option: "timeoutMs", wanted, actual: value });
}
