import { errnoCodeOfError, type FileStat, isPromiseLike } from "@vivarium/core";
import type { CheckedDriver } from "./checked-driver.ts";
import { checkPlainStat } from "./driver-answers.ts";
import { parentOf } from "./posix-path.ts";

/** Nothing is there, in a directory that is. */
export const MISSING = "missing";
/** A directory on the way is missing. */
export const LOST = "lost";

/** What is at a plain path: its stat, {@link MISSING}, {@link LOST}, or `undefined` when only a walk can tell. */
export function lookNow(driver: CheckedDriver, path: string): FileStat | typeof MISSING | typeof LOST | undefined {
  const stat = plainStat(driver, path);
  if (stat !== undefined) return stat;
  let missing = path;
  for (let parent = parentOf(path); ; parent = parentOf(parent)) {
    const above = plainStat(driver, parent);
    if (above !== undefined) {
      if (above.type !== "directory" || !isMissing(driver, missing)) return undefined;
      return missing === path ? MISSING : LOST;
    }
    if (parent === "/") return undefined;
    missing = parent;
  }
}

function plainStat(driver: CheckedDriver, path: string): FileStat | undefined {
  const stat = driver.ask("statPlain", () => driver.filesystem.statPlain?.(path), checkPlainStat);
  if (!isPromiseLike(stat)) return stat;
  stat.then(undefined, () => undefined);
  return undefined;
}

/** Whether a directory has no such entry, not even a link. Any other answer is left to a walk, which reports it. */
function isMissing({ filesystem }: CheckedDriver, path: string): boolean {
  const limit = Error.stackTraceLimit;
  // Loaders ask for many files that are not there; a stack that nobody reads is most of the price of the answer.
  Error.stackTraceLimit = 0;
  try {
    const answer: unknown = filesystem.lstat?.(path);
    if (isPromiseLike(answer)) Promise.resolve(answer).catch(() => undefined);
    return false;
  } catch (error) {
    return errnoCodeOfError(error) === "ENOENT";
  } finally {
    Error.stackTraceLimit = limit;
  }
}
