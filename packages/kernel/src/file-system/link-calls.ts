import type { FsOperation } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import { ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";
import { parentOf } from "./posix-path.ts";
import { resolvePath, type Target } from "./resolve-path.ts";

/** A second name for a file must not make anything of it reachable that the first does not. */
const linkedOperations: readonly FsOperation[] = ["link", "read", "write"];

/**
 * Calls that make links.
 *
 * - A hard link has to be allowed (`link`) under both names, and the file has to be readable and writable under the
 *   name that it has: the new name may well be in a place where everything is allowed.
 * - A symbolic link has to be allowed (`symlink`) at its own path, and the place that it points to has to be readable.
 *   The guest gains nothing by a link, since following it is checked; but the embedder, who reads in the guest's
 *   directories with the authority of the host, would follow it.
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
      if (filesystem.link === undefined) throw new CallFailure("ENOSYS");
      yield* attempt.settle(driver.ask("link", () => filesystem.link?.(source.path, link.path), ignoreAnswer));
      return undefined;
    },
    *"fs.symlink"(attempt, target, path) {
      const [link] = yield* system.reachAll(attempt, [{ path, follow: false, op: "symlink" }], ([found]) =>
        checkLinkTarget(system, attempt, target, found),
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

/** Asks about the place that a link is going to point to, there or not. */
function* checkLinkTarget(
  system: GuardedFileSystem,
  attempt: Attempt,
  target: string,
  link: Target | undefined,
): Steps<void> {
  if (link === undefined) return;
  const request = { cwd: parentOf(link.path), path: target, follow: true, op: "read", guarded: true } as const;
  let place: Target;
  try {
    place = yield* resolvePath(system.driver, system.gate, attempt, request);
  } catch (error) {
    // A link to nothing is allowed, once the check has been asked about the place where the way ends.
    if (error instanceof CallFailure && error.code !== "EACCES" && error.code !== "EIO") return;
    throw error;
  }
  yield* system.gate.demand(attempt, "read", place.path);
}
