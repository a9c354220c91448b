import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";

/** Creates or replaces a whole file in one call of the driver. */
export function* replaceFile(
  { driver, umask }: GuardedFileSystem,
  attempt: Attempt,
  path: string,
  data: Uint8Array,
  mode: number,
): Steps<void> {
  const options = { mode: mode & ~umask & 0o7777, parents: false };
  yield* attempt.settle(driver.ask("writeFile", () => driver.filesystem.writeFile(path, data, options), ignoreAnswer));
}
