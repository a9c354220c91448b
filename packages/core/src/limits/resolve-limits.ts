import { VivariumError } from "../errors/vivarium-error.ts";
import type { Limits } from "./limits.ts";

/** The limits of a run for which nothing else is said. */
export const defaultLimits: Limits = Object.freeze({
  memoryLimit: 128,
  processOverheadLimit: 256,
  cpuTimeLimitMs: 30_000,
  wallTimeLimitMs: 60_000,
  outputLimitBytes: 16 * 2 ** 20,
  resultLimitBytes: 64 * 2 ** 20,
  openFilesLimit: 1_024,
  systemCallLimit: Number.POSITIVE_INFINITY,
  systemCallRateLimit: Number.POSITIVE_INFINITY,
  pendingCallsLimit: 100_000,
  timersLimit: 100_000,
  threadsLimit: 16,
});

/** While it is decoded, a large string or buffer takes the host a little over twice its size; and V8 makes no string of over half a gigabyte. */
const LARGEST_RESULT_BYTES = 2 ** 28;

/** Each is a process. */
const MOST_THREADS = 256;

interface LimitRule {
  readonly wanted: string;
  readonly accepts: (value: number) => boolean;
}

const duration: LimitRule = { wanted: "a number of milliseconds above 0, or Infinity", accepts: (value) => value > 0 };

const calls: LimitRule = {
  wanted: "a whole number above 0, or Infinity",
  accepts: (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value > 0),
};

const atOnce: LimitRule = {
  wanted: "a whole number from 1 to 1048576",
  accepts: (value) => Number.isInteger(value) && value >= 1 && value <= 2 ** 20,
};

const rules: { readonly [Name in keyof Limits]: LimitRule } = {
  memoryLimit: { wanted: "MiB from 8 to 65536", accepts: (value) => value >= 8 && value <= 65_536 },
  processOverheadLimit: {
    wanted: "MiB from 32 to 65536, or Infinity",
    accepts: (value) => value === Number.POSITIVE_INFINITY || (value >= 32 && value <= 65_536),
  },
  cpuTimeLimitMs: duration,
  wallTimeLimitMs: duration,
  outputLimitBytes: {
    wanted: "a whole number of bytes, or Infinity",
    accepts: (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value >= 0),
  },
  resultLimitBytes: {
    wanted: "a whole number of bytes up to 268435456",
    accepts: (value) => Number.isInteger(value) && value >= 0 && value <= LARGEST_RESULT_BYTES,
  },
  openFilesLimit: {
    wanted: "a whole number up to 1048576",
    accepts: (value) => Number.isInteger(value) && value >= 0 && value <= 2 ** 20,
  },
  systemCallLimit: calls,
  systemCallRateLimit: calls,
  pendingCallsLimit: atOnce,
  timersLimit: atOnce,
  threadsLimit: {
    wanted: "a whole number from 0 to 256",
    accepts: (value) => Number.isInteger(value) && value >= 0 && value <= MOST_THREADS,
  },
};

export const limitNames: readonly (keyof Limits)[] = Object.keys(rules) as (keyof Limits)[];

/**
 * Fills in what is not said: a limit that is absent or `undefined` comes from `defaults`.
 *
 * @param given limits as an embedder gave them; only the names of {@link Limits} are looked at
 * @throws VivariumError `ERR_INVALID_LIMIT` for a limit that is no number or out of range
 */
export function resolveLimits(
  given: { readonly [Name in keyof Limits]?: unknown },
  defaults: Limits = defaultLimits,
): Limits {
  const limits = { ...defaults };
  for (const limit of limitNames) {
    const actual = given[limit];
    if (actual === undefined) continue;
    limits[limit] = readLimit(limit, actual);
  }
  return Object.freeze(limits);
}

/** @throws VivariumError `ERR_INVALID_LIMIT` */
export function readLimit(limit: keyof Limits, actual: unknown): number {
  const { wanted, accepts } = rules[limit];
  if (typeof actual !== "number" || !accepts(actual))
    throw new VivariumError("ERR_INVALID_LIMIT", { limit, wanted, actual });
  return actual;
}
