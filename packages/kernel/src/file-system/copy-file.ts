import type { FileStat } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { assertFile } from "./assert-file.ts";
import { isSameFile } from "./checked-driver.ts";
import { copyContent } from "./copy-content.ts";
import { checkBytes } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";
import { PIECE_BYTES } from "./piece-bytes.ts";
import { replaceFile } from "./replace-file.ts";
import type { Target } from "./resolve-path.ts";

/** Copies a file. With `exclusive` nothing may be there yet, not even a link. */
export function* copyFile(
  system: GuardedFileSystem,
  attempt: Attempt,
  from: string,
  to: string,
  exclusive: boolean,
): Steps<void> {
  const { driver } = system;
  const { filesystem } = driver;
  const [source, destination] = yield* system.reachAll(attempt, [
    { path: from, follow: true, op: "read" },
    { path: to, follow: !exclusive, op: "write" },
  ]);
  if (source === undefined || destination === undefined) throw new CallFailure("EIO");
  const stat = requireStat(source);
  assertFile(stat.type);
  assertCopyTarget(destination, exclusive);
  if (source.path === destination.path) return;
  if (stat.size > PIECE_BYTES && filesystem.open !== undefined) {
    // The other name of a file would be emptied before it is read.
    if (!isOtherName(stat, destination.stat)) yield* copyContent(system, attempt, source, destination, stat.mode);
    return;
  }
  const content = yield* attempt.settle(driver.ask("readFile", () => filesystem.readFile(source.path), checkBytes));
  yield* replaceFile(system, attempt, destination.path, content, stat.mode);
}

function assertCopyTarget({ stat, wantsDirectory }: Target, exclusive: boolean): void {
  if (stat !== undefined) {
    if (exclusive) throw new CallFailure("EEXIST");
    assertFile(stat.type);
  }
  if (wantsDirectory) throw new CallFailure("EISDIR");
}

/** Whether two stats are of one file with several names. */
function isOtherName(stat: FileStat, other: FileStat | undefined): boolean {
  return other !== undefined && stat.nlink > 1 && isSameFile(stat, other);
}
