import { type FileStat, type FsOperation, isPromiseLike } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { HandlerResult, HostCallName } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { checkBytes, checkCount } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { moduleKindOf, requireStat } from "./inspecting-calls.ts";
import { PIECE_BYTES } from "./piece-bytes.ts";
import { reachNow } from "./reach-now.ts";

/** What an answer may lie in that is taken before the next one. */
export interface Scratch {
  readonly record: Float64Array;
  /** Absent while a driver has it, and for good once one has not said at once that it is done with it. */
  bytes: Uint8Array | undefined;
}

/** A call that could be answered at once, or `undefined` when it has to go the ordinary way. */
export type ImmediateCall = (attempt: Attempt, args: readonly unknown[], scratch?: Scratch) => HandlerResult;

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
      (attempt, [path], scratch) => {
        const stat = statNow(system, attempt, path, "stat");
        return stat === undefined ? undefined : system.told(stat, scratch?.record);
      },
    ],
    [
      "fs.readFile",
      (attempt, [path, flags], scratch) => {
        if (flags !== 0 || typeof path !== "string") return undefined;
        const target = reachNow(system, attempt, { path, follow: true, op: "read" });
        if (target === undefined) return undefined;
        const stat = requireStat(target);
        if (stat.type === "character-device") return undefined;
        if (stat.type !== "file") throw new CallFailure(stat.type === "directory" ? "EISDIR" : "ENXIO");
        if (attempt.mayWait && stat.size > PIECE_BYTES) return undefined;
        const small = scratch === undefined ? undefined : readSmall(system, target.path, stat.size, scratch);
        if (small !== undefined) return small;
        const content = driver.ask("readFile", () => filesystem.readFile(target.path), checkBytes);
        if (!isPromiseLike(content)) {
          return attempt.mayWait && content.byteLength > PIECE_BYTES ? undefined : content;
        }
        content.then(undefined, () => undefined);
        return undefined;
      },
    ],
    ["fs.exists", (attempt, [path]) => probeNow(system, attempt, path, (stat) => (stat === undefined ? 0 : 1))],
    ["fs.moduleStat", (attempt, [path]) => probeNow(system, attempt, path, moduleKindOf)],
  ]);
}

/** A file that has room in memory that is there already: to make some takes longer than to read it. */
function readSmall(
  { driver }: GuardedFileSystem,
  path: string,
  size: number,
  scratch: Scratch,
): Uint8Array | undefined {
  const { filesystem } = driver;
  const { bytes: room } = scratch;
  if (filesystem.readInto === undefined || room === undefined || size > room.byteLength) return undefined;
  scratch.bytes = undefined;
  const count = driver.ask("readInto", () => filesystem.readInto?.(path, room), checkCount);
  if (typeof count !== "number") {
    count.then(undefined, () => undefined);
    return undefined;
  }
  scratch.bytes = room;
  return count > room.byteLength ? undefined : room.subarray(0, count);
}

/** The stat of a path that the check allows; `undefined` when only the ordinary way can tell. Throws what it would. */
function statNow(system: GuardedFileSystem, attempt: Attempt, path: unknown, op: FsOperation): FileStat | undefined {
  if (typeof path !== "string" || path === "" || path.includes("\0") || !path.isWellFormed()) return undefined;
  const target = reachNow(system, attempt, { path, follow: true, op });
  return target === undefined ? undefined : requireStat(target);
}

/** A probe that never fails: what is missing or denied is `undefined` to `answer`. */
function probeNow(
  system: GuardedFileSystem,
  attempt: Attempt,
  path: unknown,
  answer: (stat: FileStat | undefined) => number,
): number | undefined {
  try {
    const stat = statNow(system, attempt, path, "stat");
    return stat === undefined ? undefined : answer(stat);
  } catch (error) {
    if (error instanceof CallFailure) return answer(undefined);
    throw error;
  }
}
