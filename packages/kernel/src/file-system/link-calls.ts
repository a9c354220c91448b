import type { FsOperation } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import { ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";
import { checkLinkTarget } from "./link-target.ts";
import { parentOf } from "./posix-path.ts";

/** A second name for a file must not make anything of it reachable that the first does not. */
const linkedOperations: readonly FsOperation[] = ["link", "read", "write"];

const anotherPlace = "a symbolic link means something else in another place";

/**
 * Calls that make links.
 *
 * - A hard link has to be allowed (`link`) under both names, and the file has to be readable and writable under the
 *   name that it has: the new name may well be in a place where everything is allowed. A symbolic link gets no second
 *   name under a check: relative to another directory it points elsewhere.
 * - A symbolic link has to be allowed (`symlink`) at its own path, and its target is checked: see `link-target.ts`.
 */
export function createLinkCalls(system: GuardedFileSystem): Pick<HostHandlers, "fs.link" | "fs.symlink"> {
  const { driver } = system;
  const { filesystem } = driver;
  return {
    *"fs.link"(attempt, existing, path) {
      const [source, link] = yield* system.reachAll(attempt, [
        { path: existing, follow: false, op: "link", ops: () => linkedOperations },
        { path, follow: false, op: "link" },
      ]);
      if (source === undefined || link === undefined) throw new CallFailure("EIO");
      const stat = requireStat(source);
      if (link.stat !== undefined) throw new CallFailure("EEXIST");
      if (stat.type === "directory") throw new CallFailure("EPERM");
      if (link.wantsDirectory) throw new CallFailure("ENOENT");
      if (stat.type === "symlink" && !system.gate.open) throw new CallFailure("EPERM", anotherPlace);
      if (filesystem.link === undefined) throw new CallFailure("ENOSYS");
      yield* attempt.settle(driver.ask("link", () => filesystem.link?.(source.path, link.path), ignoreAnswer));
      return undefined;
    },
    *"fs.symlink"(attempt, target, path) {
      const [link] = yield* system.reachAll(attempt, [{ path, follow: false, op: "symlink" }], ([found]) =>
        checkLinkTarget(system, attempt, target, found === undefined ? undefined : parentOf(found.path)),
      );
      if (link === undefined) throw new CallFailure("EIO");
      if (link.stat !== undefined) throw new CallFailure("EEXIST");
      if (link.wantsDirectory) throw new CallFailure("ENOENT");
      if (filesystem.symlink === undefined) throw new CallFailure("ENOSYS");
      yield* attempt.settle(driver.ask("symlink", () => filesystem.symlink?.(target, link.path), ignoreAnswer));
      return undefined;
    },
  };
}
