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
  const above = plainStat(driver, parentOf(path));
  if (above === undefined) return path !== "/" && isLost(driver, parentOf(path)) ? LOST : undefined;
  return above.type === "directory" && isMissing(driver, path) ? MISSING : undefined;
}

/**
 * Whether a path of which nothing is known at once leads through a directory that is not there. By halves: a guest may name a
 * path of two thousand components, and one after the other of them.
 */
function isLost(driver: CheckedDriver, path: string): boolean {
  const ends = endsOf(path);
  const beginning = (components: number): string => (components === 0 ? "/" : path.slice(0, ends[components - 1]));
  let deepest = plainStat(driver, "/");
  let there = 0;
  let missing = ends.length;
  while (missing - there > 1) {
    const middle = Math.floor((there + missing) / 2);
    const stat = plainStat(driver, beginning(middle));
    if (stat === undefined) missing = middle;
    else {
      there = middle;
      deepest = stat;
    }
  }
  return deepest?.type === "directory" && isMissing(driver, beginning(missing));
}

/** Where each component of a plain path ends. */
function endsOf(path: string): number[] {
  const ends: number[] = [];
  for (let end = path.indexOf("/", 1); end !== -1; end = path.indexOf("/", end + 1)) ends.push(end);
  ends.push(path.length);
  return ends;
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
