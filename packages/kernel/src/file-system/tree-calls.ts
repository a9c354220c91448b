import { randomInt } from "node:crypto";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import { ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";
import { makeDirectories } from "./make-directories.ts";
import { renamePath } from "./rename-path.ts";

const TEMPORARY_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const TEMPORARY_LENGTH = 6;
const TEMPORARY_TRIES = 100;

type TreeCalls = Pick<
  HostHandlers,
  "fs.mkdir" | "fs.mkdtemp" | "fs.createSocket" | "fs.rmdir" | "fs.unlink" | "fs.rename"
>;

/** Calls that change which names there are. */
export function createTreeCalls(system: GuardedFileSystem): TreeCalls {
  const { driver } = system;
  const { filesystem } = driver;
  return {
    *"fs.mkdir"(attempt, path, mode, recursive) {
      if (recursive) return yield* makeDirectories(system, attempt, path, mode);
      yield* makeDirectory(system, attempt, path, mode);
      return "";
    },
    *"fs.mkdtemp"(attempt, prefix) {
      for (let tries = 0; tries < TEMPORARY_TRIES; tries += 1) {
        const path = `${prefix}${randomLetters()}`;
        try {
          yield* makeDirectory(system, attempt, path, 0o700);
          return path;
        } catch (error) {
          if (!(error instanceof CallFailure && error.code === "EEXIST")) throw error;
        }
      }
      throw new CallFailure("EEXIST");
    },
    *"fs.createSocket"(attempt, path, mode) {
      // Whoever has no filesystem hears that, not that a directory is missing.
      if (filesystem.createSocket === undefined) throw new CallFailure("ENOSYS");
      const target = yield* system.reach(attempt, { path, follow: false, op: "write" });
      if (target.stat !== undefined) throw new CallFailure("EEXIST");
      if (target.wantsDirectory) throw new CallFailure("ENOENT");
      const bits = mode & ~system.umask & 0o7777;
      yield* attempt.settle(
        driver.ask("createSocket", () => filesystem.createSocket?.(target.path, bits), ignoreAnswer),
      );
      return undefined;
    },
    *"fs.rmdir"(attempt, path) {
      const target = yield* system.reach(attempt, { path, follow: false, op: "rm" });
      if (requireStat(target).type !== "directory") throw new CallFailure("ENOTDIR");
      if (target.path === "/") throw new CallFailure("EBUSY");
      if (/(?:^|\/)\.\/*$/.test(path)) throw new CallFailure("EINVAL");
      yield* attempt.settle(driver.ask("removeDir", () => filesystem.removeDir(target.path), ignoreAnswer));
      return undefined;
    },
    *"fs.unlink"(attempt, path) {
      const target = yield* system.reach(attempt, { path, follow: false, op: "rm" });
      if (requireStat(target).type === "directory") throw new CallFailure("EISDIR");
      yield* attempt.settle(driver.ask("removeFile", () => filesystem.removeFile(target.path), ignoreAnswer));
      return undefined;
    },
    *"fs.rename"(attempt, from, to) {
      yield* renamePath(system, attempt, from, to);
      return undefined;
    },
  };
}

/** Makes one directory. */
export function* makeDirectory(system: GuardedFileSystem, attempt: Attempt, path: string, mode: number): Steps<void> {
  const target = yield* system.reach(attempt, { path, follow: false, op: "mkdir" });
  if (target.stat !== undefined) throw new CallFailure("EEXIST");
  const { driver, umask } = system;
  const options = { recursive: false, mode: mode & ~umask & 0o7777 };
  yield* attempt.settle(driver.ask("mkdir", () => driver.filesystem.mkdir(target.path, options), ignoreAnswer));
}

/** Letters that another program cannot guess, as `mkdtemp(3)` wants them. */
function randomLetters(): string {
  let letters = "";
  for (let index = 0; index < TEMPORARY_LENGTH; index += 1) {
    letters += TEMPORARY_LETTERS[randomInt(TEMPORARY_LETTERS.length)];
  }
  return letters;
}
