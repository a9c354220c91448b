import { errnoCodeOfError, type FileStat } from "@vivarium/core";
import type { ResolvedFiles } from "./resolved-files.ts";
import { type Steps, wait } from "./steps.ts";

/** What is at a path, of a link the link; `undefined` where nothing is. */
export function* lookFor(files: Pick<ResolvedFiles, "lstat">, path: string): Steps<FileStat | undefined> {
  try {
    return yield* wait(files.lstat(path));
  } catch (error) {
    if (errnoCodeOfError(error) === "ENOENT") return undefined;
    throw error;
  }
}
