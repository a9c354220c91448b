import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import type { Target } from "./resolve-path.ts";

/** More looks than a path can have components, there and back. */
const LOOKS_MAX = 8_192;
/** Of a path that anybody means. */
const LOOKS_IN_ONE_GO = 2;

/**
 * Makes a directory with every ancestor that is missing; answers the first one made, as the guest wrote it, or "". From the whole path back
 * to the first directory whose parent exists, so that nothing is asked about directories that are there already, and
 * nothing is made before the check has allowed the whole path.
 */
export function* makeDirectories(
  system: GuardedFileSystem,
  attempt: Attempt,
  path: string,
  mode: number,
): Steps<string> {
  const { driver } = system;
  const options = { recursive: false, mode: mode & ~system.umask & 0o7777 };
  const ahead: string[] = [path];
  let first = "";
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const next = ahead.at(-1);
    if (next === undefined) return first;
    if (looks >= LOOKS_IN_ONE_GO) yield* attempt.breathe();
    const target = yield* lookFor(system, attempt, next);
    if (target === undefined) {
      ahead.push(parentAsWritten(next));
      continue;
    }
    if (target.stat === undefined) {
      yield* attempt.settle(driver.ask("mkdir", () => driver.filesystem.mkdir(target.path, options), ignoreAnswer));
      if (first === "") first = next;
    } else if (target.stat.type !== "directory") throw new CallFailure(ahead.length === 1 ? "EEXIST" : "ENOTDIR");
    ahead.pop();
  }
  throw new CallFailure("EBUSY");
}

/** What a path names; `undefined` when a directory on its way is missing. */
function* lookFor(system: GuardedFileSystem, attempt: Attempt, path: string): Steps<Target | undefined> {
  try {
    return yield* system.reach(attempt, { path, follow: true, op: "mkdir" });
  } catch (error) {
    if (error instanceof CallFailure && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The path without its last component, dots and all. Throws `ENOENT` when there is nothing left to take. */
function parentAsWritten(path: string): string {
  const end = path.replace(/\/+$/, "");
  const slash = end.lastIndexOf("/");
  if (end === "" || slash === -1) throw new CallFailure("ENOENT");
  return slash === 0 ? "/" : end.slice(0, slash);
}
