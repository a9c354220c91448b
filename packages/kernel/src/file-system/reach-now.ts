import type { Attempt } from "../attempt.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { GuardedFileSystem, Wish } from "./guarded-file-system.ts";
import { LOST, lookNow, MISSING } from "./immediate-look.ts";
import { isNameTooLong, isPlainPath } from "./posix-path.ts";
import type { Target } from "./resolve-path.ts";

const PATH_MAX = 4096;
const SLASH = 47;

/**
 * Resolves and checks a path without links where neither driver nor check has to wait: the same questions in the same
 * order as the ordinary way, without its machinery. `undefined` when only the ordinary way can tell; throws what it
 * would throw.
 */
export function reachNow(system: GuardedFileSystem, attempt: Attempt, wish: Wish): Target | undefined {
  const { driver, gate, cwd } = system;
  if (driver.filesystem.statPlain === undefined || gate.shut || !gate.answersAtOnce(attempt)) return undefined;
  const path = wish.path.charCodeAt(0) === SLASH ? wish.path : cwd === "/" ? `/${wish.path}` : `${cwd}/${wish.path}`;
  if (path.length >= PATH_MAX || !isPlainPath(path)) return undefined;
  const found = lookNow(driver, path);
  if (found === undefined) return undefined;
  // A name that is too long is missing as well; the ordinary way says which.
  const isAbsent = found === MISSING || found === LOST;
  if (isAbsent && path.split("/").some(isNameTooLong)) return undefined;
  if (found === LOST) {
    gate.demandNow(wish.op, path);
    throw new CallFailure("ENOENT");
  }
  const target: Target = { path, stat: found === MISSING ? undefined : found, wantsDirectory: false };
  if (gate.open) return target;
  if (wish.ops === undefined) gate.demandNow(wish.op, path);
  else for (const op of wish.ops(target)) gate.demandNow(op, path);
  return target;
}
