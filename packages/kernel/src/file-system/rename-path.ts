import type { FileType, FsOperation } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { checkTargetText, ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";
import { checkLinkTarget } from "./link-target.ts";
import { listDirectory } from "./list-directory.ts";
import { childOf, isWithin, parentOf } from "./posix-path.ts";
import type { Target } from "./resolve-path.ts";

/** A directory with more beneath it is not renamed under a check that has to be asked about all of it. */
const DESCENDANTS_MAX = 100_000;

/** What the new name of a file may not allow unless the old one does. */
const contentOperations: readonly FsOperation[] = ["read", "write"];

/**
 * Renames. Both names have to be allowed, and those of everything beneath a directory, which get new names as well.
 * A rename must not widen what a guest may do to a file: what the check allows under the new name (reading, writing)
 * it has to allow under the old one. Relative symbolic links that move are checked as if they were made anew.
 */
export function* renamePath(system: GuardedFileSystem, attempt: Attempt, from: string, to: string): Steps<void> {
  const { driver } = system;
  const [source, destination] = yield* system.reachAll(
    attempt,
    [
      { path: from, follow: false, op: "rename" },
      { path: to, follow: false, op: "rename" },
    ],
    ([old, fresh]) => checkMove(system, attempt, old, fresh),
  );
  if (source === undefined || destination === undefined) throw new CallFailure("EIO");
  assertRenamable(source, destination);
  yield* attempt.settle(
    driver.ask("rename", () => driver.filesystem.rename(source.path, destination.path), ignoreAnswer),
  );
}

function assertRenamable(source: Target, destination: Target): void {
  const { type } = requireStat(source);
  if (source.path === "/" || destination.path === "/") throw new CallFailure("EBUSY");
  const replaced = destination.stat?.type;
  if (type === "directory") {
    if (source.path !== destination.path && isWithin(destination.path, source.path)) throw new CallFailure("EINVAL");
    if (replaced !== undefined && replaced !== "directory") throw new CallFailure("ENOTDIR");
  } else {
    if (replaced === "directory") throw new CallFailure("EISDIR");
    if (destination.wantsDirectory) throw new CallFailure("ENOTDIR");
  }
}

function* checkMove(
  system: GuardedFileSystem,
  attempt: Attempt,
  source: Target | undefined,
  destination: Target | undefined,
): Steps<void> {
  if (system.gate.open || source?.stat === undefined || destination === undefined || source.path === "/") return;
  const pairs: [from: string, to: string, type: FileType][] = [[source.path, destination.path, source.stat.type]];
  for (let index = 0; index < pairs.length; index += 1) {
    yield* attempt.breathe();
    const [from, to, kind] = pairs[index] ?? ["", "", "file"];
    if (index > 0) {
      yield* system.gate.demand(attempt, "rename", from);
      yield* system.gate.demand(attempt, "rename", to);
    }
    for (const op of contentOperations) {
      if (yield* system.gate.allows(attempt, op, to)) yield* system.gate.demand(attempt, op, from);
    }
    if (kind === "symlink") yield* checkMovedLink(system, attempt, from, to);
    if (kind !== "directory") continue;
    for (const { name, type } of yield* listDirectory(system, attempt, from)) {
      pairs.push([childOf(from, name), childOf(to, name), type]);
    }
    if (pairs.length > DESCENDANTS_MAX) throw new CallFailure("EBUSY", "too many files to check");
  }
}

/** A relative target means something else in another directory; an absolute one is as good or bad as it was. */
function* checkMovedLink(system: GuardedFileSystem, attempt: Attempt, from: string, to: string): Steps<void> {
  const { driver } = system;
  const { filesystem } = driver;
  if (filesystem.readlink === undefined) throw new CallFailure("ENOSYS");
  const target = yield* attempt.settle(driver.ask("readlink", () => filesystem.readlink?.(from), checkTargetText));
  if (!target.startsWith("/")) yield* checkLinkTarget(system, attempt, target, parentOf(to));
}
