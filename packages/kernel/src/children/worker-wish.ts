import { RESOURCE_LIMITS, type WorkerWish } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";

/** Of arguments, and of options. */
const MOST_ITEMS = 4_096;
const LONGEST_NAME = 1_024;

/** What a guest says of a thread that it wants. @throws {CallFailure} `EINVAL` for what is none */
export function readWorkerWish(said: unknown): WorkerWish {
  if (typeof said !== "object" || said === null) throw new CallFailure("EINVAL");
  const { threadId, name, isInternal, execArgv, options, resourceLimits } = said as Record<string, unknown>;
  if (!Number.isSafeInteger(threadId) || (threadId as number) < 1) throw new CallFailure("EINVAL");
  if (typeof name !== "string" || name.length > LONGEST_NAME || !isTexts(execArgv)) throw new CallFailure("EINVAL");
  if (typeof isInternal !== "boolean") throw new CallFailure("EINVAL");
  return {
    threadId: threadId as number,
    name,
    isInternal,
    execArgv,
    options: readOptions(options),
    resourceLimits: readLimits(resourceLimits),
  };
}

function readLimits(said: unknown): readonly number[] {
  const isList =
    Array.isArray(said) && said.length === RESOURCE_LIMITS && said.every((limit) => Number.isFinite(limit));
  if (!isList) throw new CallFailure("EINVAL");
  return said as number[];
}

function readOptions(said: unknown): WorkerWish["options"] {
  if (typeof said !== "object" || said === null) throw new CallFailure("EINVAL");
  const entries = Object.entries(said);
  if (entries.length > MOST_ITEMS || !entries.every(([, value]) => isOption(value))) throw new CallFailure("EINVAL");
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function isOption(value: unknown): boolean {
  return ["boolean", "number", "string"].includes(typeof value) || isTexts(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MOST_ITEMS && value.every((text) => typeof text === "string");
}
