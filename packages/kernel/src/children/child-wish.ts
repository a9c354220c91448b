import type { ChildStdio, ChildWish } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";

/** Arguments or variables, whatever a system would take. */
const MOST_ITEMS = 65_536;
const MOST_STDIO = 64;

/**
 * What a guest wants to start, out of what it says. Its own side makes it; a cell that was taken over may say anything.
 *
 * @throws {CallFailure} `EINVAL` for what is no wish
 */
export function readChildWish(json: string): ChildWish {
  let said: unknown;
  try {
    said = JSON.parse(json);
  } catch {
    throw new CallFailure("EINVAL");
  }
  if (typeof said !== "object" || said === null) throw new CallFailure("EINVAL");
  const { file, args, cwd, env, stdio, uid, gid, timeoutMs, killSignal, maxBuffer } = said as Record<string, unknown>;
  const isWish =
    isText(file) &&
    isTexts(args) &&
    (cwd === undefined || isText(cwd)) &&
    isTexts(env) &&
    Array.isArray(stdio) &&
    stdio.length <= MOST_STDIO &&
    stdio.every(isStdio) &&
    [uid, gid, timeoutMs, killSignal, maxBuffer].every((value) => value === undefined || Number.isFinite(value));
  if (!isWish) throw new CallFailure("EINVAL");
  return { ...(said as object), file, args, env, stdio } as ChildWish;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MOST_ITEMS && value.every(isText);
}

function isStdio(value: unknown): value is ChildStdio {
  return ["ignore", "pipe", "ipc", 0, 1, 2].some((known) => known === value);
}
