import type { FileStat, FsOperation } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import type { ContentPiece } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { checkPath } from "../system-calls/check-arguments.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import { checkFlag, checkTargetText, checkUsage } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { listDirectory } from "./list-directory.ts";
import type { Target } from "./resolve-path.ts";
import { packUsage } from "./stat-record.ts";

const X_OK = 1;
const W_OK = 2;
const R_OK = 4;
const ANY_EXECUTE_BITS = 0o111;

const MODULE_FILE = 0;
const MODULE_DIRECTORY = 1;
const MODULE_NEITHER = 2;

/** The stat of a target that has to exist. */
export function requireStat(target: Target): FileStat {
  if (target.stat === undefined) throw new CallFailure("ENOENT");
  return target.stat;
}

/** Calls that look at files and change nothing. */
export function createInspectingCalls(
  system: GuardedFileSystem,
): Pick<
  HostHandlers,
  | "fs.access"
  | "fs.exists"
  | "fs.stat"
  | "fs.statfs"
  | "fs.readdir"
  | "fs.freaddir"
  | "fs.readlink"
  | "fs.realpath"
  | "fs.moduleStat"
> {
  const { driver } = system;
  const { filesystem } = driver;
  return {
    *"fs.access"(attempt, path, mode) {
      const ops = accessOperations(mode);
      const target = yield* system.reach(attempt, { path, follow: true, op: ops[0] ?? "stat", ops: () => ops });
      const stat = requireStat(target);
      if ((mode & W_OK) !== 0 && filesystem.isReadOnly !== undefined) {
        const isReadOnly = driver.ask("isReadOnly", () => filesystem.isReadOnly?.(target.path), checkFlag);
        if (yield* attempt.settle(isReadOnly)) throw new CallFailure("EROFS");
      }
      if ((mode & X_OK) !== 0 && stat.type !== "directory" && (stat.mode & ANY_EXECUTE_BITS) === 0) {
        throw new CallFailure("EACCES");
      }
      return undefined;
    },
    *"fs.exists"(attempt, path) {
      return (yield* probe(system, attempt, path)) === undefined ? 0 : 1;
    },
    *"fs.stat"(attempt, path, follow) {
      return system.told(requireStat(yield* system.reach(attempt, { path, follow, op: "stat" })));
    },
    *"fs.statfs"(attempt, path) {
      const target = yield* system.reach(attempt, { path, follow: true, op: "stat" });
      requireStat(target);
      if (filesystem.usage === undefined) throw new CallFailure("ENOSYS");
      return packUsage(yield* attempt.settle(driver.ask("usage", () => filesystem.usage?.(target.path), checkUsage)));
    },
    *"fs.readdir"(attempt, path) {
      const target = yield* system.reach(attempt, { path, follow: true, op: "readdir" });
      return yield* tellEntries(system, attempt, target);
    },
    *"fs.freaddir"(attempt, fd) {
      const { file, path } = system.descriptors.get(fd);
      if (file !== undefined) throw new CallFailure("ENOTDIR");
      const target = yield* system.reach(attempt, { path, follow: false, op: "readdir" });
      // Removed since: to whoever has it open it is empty.
      return target.stat === undefined ? "" : yield* tellEntries(system, attempt, target);
    },
    *"fs.readlink"(attempt, path) {
      const target = yield* system.reach(attempt, { path, follow: false, op: "readlink" });
      if (requireStat(target).type !== "symlink") throw new CallFailure("EINVAL");
      return yield* attempt.settle(driver.ask("readlink", () => filesystem.readlink?.(target.path), checkTargetText));
    },
    *"fs.realpath"(attempt, path) {
      const target = yield* system.reach(attempt, { path, follow: true, op: "stat" });
      requireStat(target);
      return target.path;
    },
    *"fs.moduleStat"(attempt, path) {
      return moduleKindOf(yield* probe(system, attempt, path));
    },
  };
}

function* tellEntries(system: GuardedFileSystem, attempt: Attempt, target: Target): Steps<string | ContentPiece> {
  if (requireStat(target).type !== "directory") throw new CallFailure("ENOTDIR");
  const entries = yield* listDirectory(system, attempt, target.path);
  return system.listings.tell(entries, attempt.mayWait);
}

/** What the module loaders want to know of a path. */
export function moduleKindOf(stat: FileStat | undefined): number {
  if (stat?.type === "file") return MODULE_FILE;
  return stat?.type === "directory" ? MODULE_DIRECTORY : MODULE_NEITHER;
}

/** What is at a path, or `undefined` when nothing is or the guest may not know. */
function* probe(system: GuardedFileSystem, attempt: Attempt, path: string): Steps<FileStat | undefined> {
  try {
    return (yield* system.reach(attempt, { path: checkPath(path), follow: true, op: "stat" })).stat;
  } catch (error) {
    if (error instanceof CallFailure) return undefined;
    throw error;
  }
}

function accessOperations(mode: number): readonly FsOperation[] {
  const ops: FsOperation[] = [];
  if ((mode & R_OK) !== 0) ops.push("read");
  if ((mode & W_OK) !== 0) ops.push("write");
  return ops.length === 0 ? ["stat"] : ops;
}
