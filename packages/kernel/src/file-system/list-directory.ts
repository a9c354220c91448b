import type { DirectoryEntry } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { checkEntries, checkEntryList } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";

/** Entries that are checked at a time. */
const ENTRIES_PER_STEP = 1_000;

/** The entries of a directory as its driver tells them, every one checked, however many there are. */
export function* listDirectory(
  { driver }: GuardedFileSystem,
  attempt: Attempt,
  path: string,
): Steps<readonly DirectoryEntry[]> {
  const method = "readDirWithTypes";
  const told = yield* attempt.settle(
    driver.ask(method, () => driver.filesystem.readDirWithTypes(path), checkEntryList),
  );
  yield* attempt.breathe();
  const names = new Set<string>();
  const entries: DirectoryEntry[] = [];
  for (let start = 0; start < told.length; start += ENTRIES_PER_STEP) {
    const some = told.slice(start, start + ENTRIES_PER_STEP);
    const check = (): readonly DirectoryEntry[] => checkEntries(some, names);
    for (const entry of yield* attempt.settle(driver.ask(method, () => undefined, check))) entries.push(entry);
    yield* attempt.breathe();
  }
  return entries;
}
