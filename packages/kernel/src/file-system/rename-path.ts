import type { FsOperation } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { checkEntries, ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";
import { childOf, isWithin } from "./posix-path.ts";
import type { Target } from "./resolve-path.ts";

/** A directory with more beneath it is not renamed under a check that has to be asked about all of it. */
const DESCENDANTS_MAX = 100_000;

/** What the new name of a file may not allow unless the old one does. */
const contentOperations: readonly FsOperation[] = ["read", "write"];

/**
 * Renames. Both names have to be allowed, and those of everything beneath a directory, which get new names as well.
 * A rename must not widen what a guest may do to a file: what the check allows under the new name (reading, writing)
 * it has to allow under the old one.
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
  if (source?.stat === undefined || destination === undefined || source.path === "/") return;
  const pairs: [from: string, to: string, isDirectory: boolean][] = [
    [source.path, destination.path, source.stat.type === "directory"],
  ];
  for (let index = 0; index < pairs.length; index += 1) {
    const [from, to, isDirectory] = pairs[index] ?? ["", "", false];
    if (index > 0) {
      yield* system.gate.demand(attempt, "rename", from);
      yield* system.gate.demand(attempt, "rename", to);
    }
    for (const op of contentOperations) {
      if (yield* system.gate.allows(attempt, op, to)) yield* system.gate.demand(attempt, op, from);
    }
    if (!isDirectory) continue;
    for (const { name, type } of yield* entriesOf(system, attempt, from)) {
      pairs.push([childOf(from, name), childOf(to, name), type === "directory"]);
    }
    if (pairs.length > DESCENDANTS_MAX) throw new CallFailure("EBUSY", "too many files to check");
  }
}

function* entriesOf(system: GuardedFileSystem, attempt: Attempt, path: string) {
  const { driver } = system;
  return yield* attempt.settle(
    driver.ask("readDirWithTypes", () => driver.filesystem.readDirWithTypes(path), checkEntries),
  );
}
