import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import { ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";

/** An owner or a group of -1 stays as it is, as for `chown(2)`. */
const UNCHANGED = -1;

/**
 * Calls that change a file's attributes by path. Modes and owners are stored by the driver and shown by `stat`; nothing
 * here denies by them: who may do what is the check's matter.
 */
export function createAttributeCalls(
  system: GuardedFileSystem,
): Pick<HostHandlers, "fs.chmod" | "fs.chown" | "fs.utimes"> {
  const { driver } = system;
  const { filesystem } = driver;
  return {
    *"fs.chmod"(attempt, path, mode) {
      const target = yield* system.reach(attempt, { path, follow: true, op: "chmod" });
      requireStat(target);
      if (filesystem.chmod === undefined) throw new CallFailure("ENOSYS");
      yield* attempt.settle(driver.ask("chmod", () => filesystem.chmod?.(target.path, mode & 0o7777), ignoreAnswer));
      return undefined;
    },
    *"fs.chown"(attempt, path, uid, gid, follow) {
      const target = yield* system.reach(attempt, { path, follow, op: "chown" });
      const stat = requireStat(target);
      const method = stat.type === "symlink" ? "lchown" : "chown";
      if (filesystem[method] === undefined) throw new CallFailure("ENOSYS");
      const owner = uid === UNCHANGED ? stat.uid : uid;
      const group = gid === UNCHANGED ? stat.gid : gid;
      yield* attempt.settle(driver.ask(method, () => filesystem[method]?.(target.path, owner, group), ignoreAnswer));
      return undefined;
    },
    *"fs.utimes"(attempt, path, atimeMs, mtimeMs, follow) {
      const target = yield* system.reach(attempt, { path, follow, op: "utimes" });
      const method = requireStat(target).type === "symlink" ? "lutimes" : "utimes";
      if (filesystem[method] === undefined) throw new CallFailure("ENOSYS");
      yield* attempt.settle(
        driver.ask(method, () => filesystem[method]?.(target.path, atimeMs, mtimeMs), ignoreAnswer),
      );
      return undefined;
    },
  };
}
