import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { parentOf } from "./posix-path.ts";
import { resolvePath, type Target } from "./resolve-path.ts";

/**
 * Checks where a symbolic link in `directory` points to, there or not: the place has to be readable. The guest gains
 * nothing by a link, since following it is checked; but the embedder, who reads in the guest's directories with the
 * authority of the host, would follow it.
 *
 * A target that goes back up after a name (`folder/../x`) is refused under a check: what `folder` is, and so where
 * `..` leads from it, can change after the link has been made.
 */
export function* checkLinkTarget(
  system: GuardedFileSystem,
  attempt: Attempt,
  target: string,
  directory: string | undefined,
): Steps<void> {
  if (directory === undefined || system.gate.open) return;
  if (upAfterName.test(target)) throw new CallFailure("EACCES", "a link's target may not go back up after a name");
  const { base, rest } = ascend(directory, target);
  const request = { cwd: base, path: rest, follow: true, op: "read", guarded: true } as const;
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

/** Takes the leading `.` and `..` of a relative target off: the directory may be one that a rename has yet to make. */
function ascend(directory: string, target: string): { readonly base: string; readonly rest: string } {
  let base = directory;
  let rest = target;
  for (let step = leadingStep.exec(rest); step !== null; step = leadingStep.exec(rest)) {
    if (step[1] === "..") base = parentOf(base);
    rest = rest.slice(step[0].length);
  }
  return { base, rest: rest === "" ? "." : rest };
}

const leadingStep = /^(\.\.?)(?:\/+|$)/;

/** A component that is neither empty, `.` nor `..`, with a `..` somewhere behind it. */
const upAfterName = /(?:^|\/)(?!\.{0,2}(?:\/|$))[^/]+\/(?:.*\/)?\.\.(?:\/|$)/s;
