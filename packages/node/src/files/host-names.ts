import type fs from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createFileSystemError, type DirectoryEntry, errnoCodeOfError } from "@vivarium/core";
import { parentOf } from "./guest-path.ts";
import { promptCalls } from "./host-calls.ts";
import {
  assertNotRoot,
  assertWritable,
  callsToReplace,
  type HostContext,
  LARGE_FILE_BYTES,
  withHeld,
  withName,
} from "./host-context.ts";
import { typeOf } from "./host-stat.ts";
import { type Steps, wait } from "./steps.ts";

/** A directory whose own size is larger has some thousand entries or more. */
const LONG_DIRECTORY_BYTES = 64 * 1024;
/** Entries that are made at a time, on the host's thread. */
const ENTRIES_PER_TURN = 5_000;
/** Stands for bytes that are no text. */
const REPLACEMENT = "\uFFFD";
const DIRECTORY_BITS = 0o1777;

/** What is at a path: of a link the link. */
export function* look(host: HostContext, path: string): Steps<fs.Stats> {
  const held = yield* host.paths.hold(path);
  yield* host.paths.release(held);
  return held.stats;
}

/**
 * As {@link look}, sooner where nothing is: loaders ask for many files that are not there. The directory is looked at all the
 * same, since what a link leads to is not for guests.
 */
export function* lookOften(host: HostContext, path: string): Steps<fs.Stats> {
  if (path === "/" || !(yield* host.paths.isAbsent(path))) return yield* look(host, path);
  return yield* withName(host, path, nothingThere);
}

// biome-ignore lint/correctness/useYield: it is a computation like those that wait
function* nothingThere(): Steps<never> {
  throw createFileSystemError("ENOENT");
}

/** As {@link look}, or `undefined` where nothing is. */
export function* lookFor(host: HostContext, path: string): Steps<fs.Stats | undefined> {
  try {
    return yield* look(host, path);
  } catch (error) {
    if (errnoCodeOfError(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The entries of a directory. A name that is no UTF-8 is left out: no path of a guest's can name it. */
export function* list(host: HostContext, path: string): Steps<readonly DirectoryEntry[]> {
  return yield* withHeld(host, path, function* ({ way, stats }) {
    if (stats.isSymbolicLink()) throw createFileSystemError("ELOOP");
    if (!stats.isDirectory()) throw createFileSystemError("ENOTDIR");
    const calls = stats.size > LONG_DIRECTORY_BYTES ? host.long : host.brief;
    const entries = new Map<string, DirectoryEntry>();
    let told = 0;
    for (const entry of yield* wait(calls.readdir(way))) {
      const { name } = entry;
      told += 1;
      // Others have a turn between two parts of a long list.
      if (told % ENTRIES_PER_TURN === 0 && host.long !== promptCalls) yield nextTurn();
      if (name.includes(REPLACEMENT) && !(yield* isThere(host, `${way}/${name}`))) continue;
      entries.set(name, { name, type: typeOf(entry) });
    }
    return [...entries.values()];
  });
}

function* isThere({ brief }: HostContext, way: string): Steps<boolean> {
  try {
    yield* wait(brief.lstat(way));
    return true;
  } catch {
    return false;
  }
}

export function* makeDirectory(host: HostContext, path: string, mode: number): Steps<void> {
  assertWritable(host);
  if (path === "/") throw createFileSystemError("EEXIST");
  yield* withName(host, path, (way) => wait(host.brief.mkdir(way, mode & DIRECTORY_BITS)));
}

/** Makes a directory with all that are missing above it. */
export function* makeDirectories(host: HostContext, path: string, mode: number): Steps<void> {
  assertWritable(host);
  const stats = yield* lookFor(host, path);
  if (stats === undefined) {
    yield* makeDirectories(host, parentOf(path), mode);
    yield* makeDirectory(host, path, mode);
    return;
  }
  if (stats.isSymbolicLink()) throw createFileSystemError("ELOOP");
  if (!stats.isDirectory()) throw createFileSystemError("EEXIST");
}

export function* removeFile(host: HostContext, path: string): Steps<void> {
  assertWritable(host);
  const stats = yield* look(host, path);
  if (stats.isDirectory()) throw createFileSystemError("EISDIR");
  const calls = stats.nlink === 1 && stats.size > LARGE_FILE_BYTES ? host.long : host.brief;
  yield* withName(host, path, (way) => wait(calls.unlink(way)));
}

export function* removeDirectory(host: HostContext, path: string): Steps<void> {
  assertWritable(host);
  assertNotRoot(path);
  const stats = yield* look(host, path);
  if (!stats.isDirectory()) throw createFileSystemError("ENOTDIR");
  yield* withName(host, path, (way) => wait(host.brief.rmdir(way)));
}

export function* rename(host: HostContext, from: string, to: string): Steps<void> {
  assertWritable(host);
  assertNotRoot(from);
  assertNotRoot(to);
  // As the system does: both directories come first, then what is in them.
  yield* withName(host, from, (old) =>
    withName(host, to, function* (fresh) {
      const moved = yield* look(host, from);
      const replaced = yield* lookFor(host, to);
      // Under a name that is there in another spelling something lies that was not asked about.
      if (replaced === undefined && (yield* isThere(host, fresh))) throw createFileSystemError("EEXIST");
      const calls = replaced === undefined ? host.brief : callsToReplace(host, replaced, moved);
      yield* wait(calls.rename(old, fresh));
    }),
  );
}

export function* symlink(host: HostContext, target: string, path: string): Steps<void> {
  assertWritable(host);
  if (path === "/") throw createFileSystemError("EEXIST");
  yield* withName(host, path, (way) => wait(host.brief.symlink(target, way)));
}

export function* readlink(host: HostContext, path: string): Steps<string> {
  const stats = yield* look(host, path);
  if (!stats.isSymbolicLink()) throw createFileSystemError("EINVAL");
  return yield* withName(host, path, (way) => wait(host.brief.readlink(way)));
}

export function* link(host: HostContext, existing: string, path: string): Steps<void> {
  assertWritable(host);
  if (path === "/") throw createFileSystemError("EEXIST");
  yield* look(host, existing);
  yield* withName(host, existing, (old) => withName(host, path, (fresh) => wait(host.brief.link(old, fresh))));
}
