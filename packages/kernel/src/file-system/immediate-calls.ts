import { type FileStat, type FsOperation, isPromiseLike } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { HandlerResult, HostCallName } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { checkBytes, checkPlainStat } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { isPlainPath } from "./posix-path.ts";
import { packStat } from "./stat-record.ts";

/** A call that could be answered at once, or `undefined` when it has to go the ordinary way. */
export type ImmediateCall = (attempt: Attempt, args: readonly unknown[], record?: Float64Array) => HandlerResult;

/**
 * The calls that programs make most, for a path without links, a driver that answers at once and a check that is known
 * to: the same questions in the same order as the ordinary way, without its machinery.
 */
export function createImmediateCalls(system: GuardedFileSystem): ReadonlyMap<HostCallName, ImmediateCall> {
  const { driver } = system;
  const { filesystem } = driver;
  return new Map<HostCallName, ImmediateCall>([
    [
      "fs.stat",
      (attempt, [path], record) => {
        const stat = reachNow(system, attempt, path, "stat");
        return stat === undefined ? undefined : packStat(stat, record);
      },
    ],
    [
      "fs.readFile",
      (attempt, [path, flags]) => {
        if (flags !== 0 || typeof path !== "string") return undefined;
        const stat = reachNow(system, attempt, path, "read");
        if (stat === undefined) return undefined;
        if (stat.type !== "file") throw new CallFailure(stat.type === "directory" ? "EISDIR" : "ENXIO");
        const content = driver.ask("readFile", () => filesystem.readFile(path), checkBytes);
        if (!isPromiseLike(content)) return content;
        content.then(undefined, () => undefined);
        return undefined;
      },
    ],
  ]);
}

/** The stat of a path that the check allows; `undefined` when only the ordinary way can tell. */
function reachNow(system: GuardedFileSystem, attempt: Attempt, path: unknown, op: FsOperation): FileStat | undefined {
  const { driver, gate } = system;
  const { filesystem } = driver;
  if (typeof path !== "string" || filesystem.statPlain === undefined) return undefined;
  if (gate.shut || !gate.answersAtOnce(attempt) || !isPlainPath(path)) return undefined;
  const stat = driver.ask("statPlain", () => filesystem.statPlain?.(path), checkPlainStat);
  if (stat === undefined) return undefined;
  if (isPromiseLike(stat)) {
    stat.then(undefined, () => undefined);
    return undefined;
  }
  gate.demandNow(op, path);
  return stat;
}
