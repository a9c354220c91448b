import type { FileStat, FsOperation, OpenFlags } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import { Attempt as CallAttempt } from "../attempt.ts";
import { runSteps, type Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { checkStat, ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { DriverFile, type KernelFile } from "./kernel-file.ts";
import { operationsOf, readOpenFlags } from "./open-flags.ts";
import { PathFile } from "./path-file.ts";
import type { Target } from "./resolve-path.ts";

const noContent = new Uint8Array(0);

/** Opens what a path names; answers a descriptor. */
export function* openPath(
  system: GuardedFileSystem,
  attempt: Attempt,
  path: string,
  flagBits: number,
  mode: number,
): Steps<number> {
  const flags = readOpenFlags(flagBits);
  const ops = operationsOf(flags);
  system.descriptors.reserve();
  try {
    const target = yield* system.reach(attempt, {
      path,
      follow: !(flags.noFollow || flags.exclusive),
      op: ops[0] ?? "read",
      ops: ({ stat }) => (stat?.type === "directory" ? directoryOperations : ops),
    });
    const directory = assertOpenable(target, flags);
    if (directory !== undefined) {
      const attributes = new PathFile(system.driver, system.gate, target.path, directory, false);
      return system.descriptors.add({ path: target.path, flags, file: undefined, attributes, position: 0 });
    }
    const file = yield* openTarget(system, attempt, target, flags, mode);
    return system.descriptors.add(
      { path: target.path, flags, file, attributes: file, position: 0 },
      system.devices.waits(target.path),
    );
  } finally {
    system.descriptors.release();
  }
}

const directoryOperations: readonly FsOperation[] = ["readdir"];

/** The stat of a target that is a directory. Throws what `open(2)` says to a target that it cannot open so. */
function assertOpenable({ stat, wantsDirectory }: Target, flags: OpenFlags): FileStat | undefined {
  if (stat === undefined) {
    if (!flags.create) throw new CallFailure("ENOENT");
    if (wantsDirectory) throw new CallFailure("EISDIR");
    return undefined;
  }
  if (flags.exclusive) throw new CallFailure("EEXIST");
  if (stat.type === "symlink") throw new CallFailure("ELOOP");
  if (stat.type === "directory") {
    if (flags.write || flags.create || flags.truncate) throw new CallFailure("EISDIR");
    return stat;
  }
  if (flags.directory || wantsDirectory) throw new CallFailure("ENOTDIR");
  // Opening a pipe may wait for its other end for ever, and it is not the guest's thread that would wait.
  if (stat.type === "fifo" || stat.type === "socket") throw new CallFailure("ENXIO");
  return undefined;
}

/** Opens, or makes, what has been resolved and checked. */
export function* openTarget(
  system: GuardedFileSystem,
  attempt: Attempt,
  target: Target,
  flags: OpenFlags,
  mode: number,
): Steps<KernelFile> {
  const { driver, gate } = system;
  const { filesystem } = driver;
  if (system.devices.has(target.path)) return system.devices.open(target.path);
  const createMode = mode & ~system.umask & 0o7777;
  if (filesystem.open !== undefined) {
    // The path has been resolved: whatever its last component has become since, it must not be followed.
    const exactly: OpenFlags = { ...flags, noFollow: true };
    return yield* attempt.settle(
      driver.ask(
        "open",
        () => filesystem.open?.(target.path, exactly, createMode),
        (answer) => adopt(system, attempt, new DriverFile(driver, DriverFile.check(answer))),
      ),
    );
  }
  if (target.stat === undefined || flags.truncate) {
    yield* attempt.settle(
      driver.ask(
        "writeFile",
        () => filesystem.writeFile(target.path, noContent, { mode: createMode, parents: false }),
        ignoreAnswer,
      ),
    );
  }
  const stat: FileStat = yield* attempt.settle(driver.ask("stat", () => filesystem.stat(target.path), checkStat));
  return new PathFile(driver, gate, target.path, stat, flags.append);
}

/** A file that arrives when its guest is gone has no owner: it is closed at once. */
function adopt(system: GuardedFileSystem, attempt: Attempt, file: KernelFile): KernelFile {
  if (system.closed || attempt.gone) closeQuietly(file);
  return file;
}

/** Closes a file whose answer nobody waits for. */
export function closeQuietly(file: KernelFile): Promise<void> {
  try {
    return Promise.resolve(runSteps(file.close(new CallAttempt(true)))).catch(() => undefined);
  } catch {
    return Promise.resolve();
  }
}
