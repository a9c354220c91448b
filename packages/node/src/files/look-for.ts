import { errnoCodeOfError, type FileStat, type MaybePromise } from "@vivarium/core";
import type { ResolvedFiles } from "./resolved-files.ts";
import { type Steps, wait } from "./steps.ts";

/** What is at a path, of a link the link; `undefined` where nothing is. */
export function* lookFor(files: Pick<ResolvedFiles, "lstat">, path: string): Steps<FileStat | undefined> {
  try {
    return yield* wait(withoutStack(() => files.lstat(path)));
  } catch (error) {
    if (errnoCodeOfError(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A stack that nobody reads is most of the price of an error. */
function withoutStack<T>(ask: () => MaybePromise<T>): MaybePromise<T> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return ask();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
