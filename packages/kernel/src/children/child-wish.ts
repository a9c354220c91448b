import { constants } from "node:os";
import type { ChildStdio, ChildWish } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { parseModest } from "../system-calls/parse-modest.ts";
import { readWorkerWish } from "./worker-wish.ts";

/** Arguments, whatever a system would take. */
const MOST_ITEMS = 65_536;
const MOST_STDIO = 64;
/** Variables, each of which somebody is asked about. */
const MOST_VARIABLES = 4_096;
/** What a timer can wait for, in milliseconds. */
const LONGEST_MS = 2_147_483_647;

const signals: ReadonlySet<number> = new Set([0, ...Object.values(constants.signals)]);

/**
 * What a guest wants to start, out of what it says. Its own side makes it; a cell that was taken over may say anything.
 *
 * @throws {CallFailure} `EINVAL` for what is no wish
 */
export function readChildWish(json: string): ChildWish {
  const said = parseModest(json);
  if (typeof said !== "object" || said === null) throw new CallFailure("EINVAL");
  const { file, args, cwd, env, stdio, uid, gid, timeoutMs, killSignal, maxBuffer, worker } = said as Record<
    string,
    unknown
  >;
  if (!isText(file) || !isTexts(args) || !isTexts(env, MOST_VARIABLES) || !isStdioList(stdio))
    throw new CallFailure("EINVAL");
  // What is not known is not kept: whoever reads a wish finds in it what was looked at here.
  return {
    file,
    args,
    env,
    stdio,
    ...(cwd !== undefined && { cwd: textOf(cwd) }),
    ...(uid !== undefined && { uid: numberOf(uid) }),
    ...(gid !== undefined && { gid: numberOf(gid) }),
    ...(timeoutMs !== undefined && { timeoutMs: timeOf(timeoutMs) }),
    ...(killSignal !== undefined && { killSignal: signalOf(killSignal) }),
    ...(maxBuffer !== undefined && { maxBuffer: numberOf(maxBuffer) }),
    ...(worker !== undefined && { worker: readWorkerWish(worker) }),
  };
}

function textOf(value: unknown): string {
  if (!isText(value)) throw new CallFailure("EINVAL");
  return value;
}

function numberOf(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new CallFailure("EINVAL");
  return value;
}

function timeOf(value: unknown): number {
  const milliseconds = numberOf(value);
  if (milliseconds < 0) throw new CallFailure("EINVAL");
  return Math.min(milliseconds, LONGEST_MS);
}

/** One that can be sent: it will be, when nobody is there any more to hear that it cannot. */
function signalOf(value: unknown): number {
  const signal = numberOf(value);
  if (!signals.has(signal)) throw new CallFailure("EINVAL");
  return signal;
}

function isStdioList(value: unknown): value is readonly ChildStdio[] {
  return Array.isArray(value) && value.length <= MOST_STDIO && value.every(isStdio);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

function isTexts(value: unknown, most = MOST_ITEMS): value is readonly string[] {
  return Array.isArray(value) && value.length <= most && value.every(isText);
}

function isStdio(value: unknown): value is ChildStdio {
  return ["ignore", "pipe", "ipc", 0, 1, 2].some((known) => known === value);
}
