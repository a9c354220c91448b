import { createFileSystemError, errnoCodeOfError, type MaybePromise } from "@vivarium/core";
import { childOf, parentOf } from "./guest-path.ts";
import { lookFor } from "./look-for.ts";
import type { ResolvedFiles } from "./resolved-files.ts";
import { run, type Steps, wait } from "./steps.ts";

/** Verbs that would follow a link in the last component. */
const following = [
  "readFile",
  "readTextFile",
  "readInto",
  "pread",
  "writeFile",
  "pwrite",
  "truncate",
  "readDirWithTypes",
  "readDir",
  "stat",
  "realpath",
  "chmod",
  "chown",
  "utimes",
  "watch",
] as const;
/** Verbs about the entry itself, be it a link. `symlink` has its path last. */
const entering = [
  "lstat",
  "mkdir",
  "createDir",
  "createSocket",
  "removeFile",
  "removeDir",
  "readlink",
  "lchown",
  "lutimes",
] as const;

type Verb = (path: string, ...rest: unknown[]) => MaybePromise<unknown>;

/**
 * A driver that follows links by itself, for callers that have resolved all of them: it follows those of its own tree, from
 * its own root, which need not be what its links mean to a guest. So every path is looked at first, and `ELOOP` tells
 * of a link.
 */
export function refuseLinks(files: ResolvedFiles): ResolvedFiles {
  const guarded: Record<string, unknown> = { ...files };
  for (const name of following) guarded[name] = guard(files, files[name] as Verb, true);
  for (const name of entering) guarded[name] = guard(files, files[name] as Verb, false);
  return {
    ...(guarded as typeof files),
    exists: (path) => run(exists(files, path)),
    symlink: (target, path) => run(after(assertPlain(files, path, false), () => files.symlink(target, path))),
    open: (path, flags, mode) =>
      run(after(assertPlain(files, path, false), () => files.open(path, { ...flags, noFollow: true }, mode))),
    rename: (from, to) => run(after(assertBoth(files, from, to), () => files.rename(from, to))),
    link: (existing, path) => run(after(assertBoth(files, existing, path), () => files.link(existing, path))),
  };
}

function guard(files: ResolvedFiles, verb: Verb, last: boolean): Verb {
  return (path, ...rest) => run(after(assertPlain(files, path, last), () => verb(path, ...rest)));
}

function* after<T>(check: Steps<void>, act: () => MaybePromise<T>): Steps<T> {
  yield* check;
  return yield* wait(act());
}

function* assertBoth(files: ResolvedFiles, one: string, other: string): Steps<void> {
  yield* assertPlain(files, one, false);
  yield* assertPlain(files, other, false);
}

function* exists(files: ResolvedFiles, path: string): Steps<boolean> {
  try {
    yield* assertPlain(files, path, true);
    return yield* wait(files.exists(path));
  } catch (error) {
    if (errnoCodeOfError(error) !== undefined) return false;
    throw error;
  }
}

/** Throws `ELOOP` where a component is a link; the last one counts if it would be followed. */
function* assertPlain(files: ResolvedFiles, path: string, last: boolean): Steps<void> {
  const end = last ? path : parentOf(path);
  if (end === "/" || (yield* wait(files.statPlain(end))) !== undefined) return;
  let above = "/";
  for (const name of end.slice(1).split("/")) {
    above = childOf(above, name);
    const stat = yield* lookFor(files, above);
    if (stat?.type === "symlink") throw createFileSystemError("ELOOP", { path });
    if (stat?.type !== "directory") return;
  }
}
