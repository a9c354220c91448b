import { createFileSystemError, type FileStat, type MaybePromise, type OpenFile, type OpenFlags } from "@vivarium/core";
import { BaseOpenFile, type Within } from "./base-open-file.ts";
import { copyUp } from "./copy-up.ts";
import { type BaseFiles, find, type Layers, need } from "./overlay-layers.ts";
import { prepareNew } from "./overlay-names.ts";
import { type Steps, wait } from "./steps.ts";

/** Reads from whichever filesystem has the file. */
export function* readFrom<T>(layers: Layers, path: string, read: (files: BaseFiles) => MaybePromise<T>): Steps<T> {
  const { layer, stat } = yield* need(layers, path);
  assertContent(stat, path);
  return yield* wait(read(layers[layer]));
}

/** Has a file in the upper filesystem, to be changed there: with its content, unless that is to be replaced. */
export function* toChange(layers: Layers, path: string, withContent = true): Steps<void> {
  assertContent((yield* need(layers, path)).stat, path);
  yield* copyUp(layers, path, withContent);
}

export function* replaceWhole(
  layers: Layers,
  path: string,
  content: string | Uint8Array,
  options: { readonly mode?: number },
): Steps<void> {
  if ((yield* find(layers, path)) === undefined) yield* prepareNew(layers, path);
  else yield* toChange(layers, path, false);
  yield* wait(layers.upper.writeFile(path, content, { ...options, parents: false }));
}

export function* openFile(
  layers: Layers,
  path: string,
  flags: OpenFlags,
  mode: number,
  within: Within,
): Steps<OpenFile> {
  const { upper, lower } = layers;
  const exactly: OpenFlags = { ...flags, noFollow: true };
  const found = yield* find(layers, path);
  if (found === undefined) {
    if (!flags.create) throw createFileSystemError("ENOENT", { path });
    yield* prepareNew(layers, path);
    return yield* wait(upper.open(path, exactly, mode));
  }
  assertOpenable(found.stat, flags, path);
  if (found.layer === "lower" && !flags.write && !flags.truncate) {
    const file = yield* wait(lower.open(path, { ...exactly, create: false }, 0));
    return new BaseOpenFile(path, file, layers, within);
  }
  yield* copyUp(layers, path, !flags.truncate);
  return yield* wait(upper.open(path, exactly, mode));
}

function assertOpenable({ type }: FileStat, flags: OpenFlags, path: string): void {
  if (flags.create && flags.exclusive) throw createFileSystemError("EEXIST", { path });
  if (type === "symlink") throw createFileSystemError("ELOOP", { path });
  if (type === "directory") {
    if (flags.write || flags.create || flags.truncate) throw createFileSystemError("EISDIR", { path });
    return;
  }
  if (flags.directory) throw createFileSystemError("ENOTDIR", { path });
  assertContent({ type }, path);
}

function assertContent({ type }: Pick<FileStat, "type">, path: string): void {
  if (type === "directory") throw createFileSystemError("EISDIR", { path });
  if (type === "symlink") throw createFileSystemError("ELOOP", { path });
  if (type !== "file") throw createFileSystemError("ENXIO", { path });
}
