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
  if (driver.filesystem.statPlain === undefined || gate.shut) return undefined;
  const path = wish.path.charCodeAt(0) === SLASH ? wish.path : cwd === "/" ? `/${wish.path}` : `${cwd}/${wish.path}`;
  if (path.length >= PATH_MAX || !isPlainPath(path)) return undefined;
  const found = lookNow(driver, path);
  if (found === undefined) return undefined;
  // A name that is too long is missing as well; the ordinary way says which.
  const isAbsent = found === MISSING || found === LOST;
  if (isAbsent && path.split("/").some(isNameTooLong)) return undefined;
  if (found === LOST) {
    if (!gate.demandNow(attempt, wish.op, path)) return undefined;
    throw new CallFailure("ENOENT");
  }
  const target: Target = { path, stat: found === MISSING ? undefined : found, wantsDirectory: false };
  if (gate.open) return target;
  const ops = wish.ops?.(target);
  if (ops === undefined) return gate.demandNow(attempt, wish.op, path) ? target : undefined;
  return ops.every((op) => gate.demandNow(attempt, op, path)) ? target : undefined;
}
