import { createFileSystemError } from "@vivarium/core";
import { copyUp, copyUpTree, ifItCan } from "./copy-up.ts";
import { isWithin, parentOf } from "./guest-path.ts";
import { type Found, find, findBeneath, isReserved, type Layers, list, need } from "./overlay-layers.ts";
import { type Steps, wait } from "./steps.ts";

/** Has a directory in the upper filesystem, in which a name can be made that is not there yet. Throws `EEXIST`. */
export function* prepareNew(layers: Layers, path: string): Steps<void> {
  if ((yield* find(layers, path)) !== undefined) throw createFileSystemError("EEXIST", { path });
  yield* prepareParent(layers, path);
}

/** Has the directory of a path in the upper filesystem. */
function* prepareParent(layers: Layers, path: string): Steps<void> {
  yield* assertParent(layers, path);
  yield* copyUp(layers, parentOf(path));
}

/** Throws what a name in a directory that is none, or is not there, comes to. */
function* assertParent(layers: Layers, path: string): Steps<void> {
  if (isReserved(path)) throw createFileSystemError("EPERM", { path, reason: "the name is the overlay's own" });
  const parent = yield* need(layers, parentOf(path));
  if (parent.stat.type === "symlink") throw createFileSystemError("ELOOP", { path });
  if (parent.stat.type !== "directory") throw createFileSystemError("ENOTDIR", { path });
}

export function* makeDirectories(layers: Layers, path: string, mode: number): Steps<void> {
  const found = yield* find(layers, path);
  if (found === undefined) {
    yield* makeDirectories(layers, parentOf(path), mode);
    yield* prepareNew(layers, path);
    yield* wait(layers.upper.mkdir(path, { mode }));
    return;
  }
  if (found.stat.type === "symlink") throw createFileSystemError("ELOOP", { path });
  if (found.stat.type !== "directory") throw createFileSystemError("EEXIST", { path });
}

export function* removeFile(layers: Layers, path: string): Steps<void> {
  const found = yield* need(layers, path);
  if (found.stat.type === "directory") throw createFileSystemError("EISDIR", { path });
  yield* remove(layers, path, found, () => layers.upper.removeFile(path));
}

export function* removeDirectory(layers: Layers, path: string): Steps<void> {
  if (path === "/") throw createFileSystemError("EBUSY", { path });
  const found = yield* need(layers, path);
  if (found.stat.type !== "directory") throw createFileSystemError("ENOTDIR", { path });
  if ((yield* list(layers, path, found)).length > 0) throw createFileSystemError("ENOTEMPTY", { path });
  yield* remove(layers, path, found, () => layers.upper.removeDir(path));
}

/** The mark comes first: were the machine to fail in between, nothing would show that was there before. */
function* remove(layers: Layers, path: string, { layer }: Found, act: () => unknown): Steps<void> {
  const parent = parentOf(path);
  yield* copyUp(layers, parent);
  yield* killBeneath(layers, path);
  if (layer === "upper") yield* wait(act());
  else yield* ifItCan(() => layers.upper.utimes(parent, Date.now(), Date.now()));
}

function* killBeneath(layers: Layers, path: string): Steps<void> {
  if ((yield* findBeneath(layers, path)) !== undefined) yield* layers.marks.kill(path);
}

export function* rename(layers: Layers, from: string, to: string): Steps<void> {
  if (from === "/" || to === "/") throw createFileSystemError("EBUSY", { path: from });
  const source = yield* find(layers, from);
  // As the system does: both directories come first, then what is in them.
  if (source === undefined) yield* need(layers, parentOf(from));
  const target = yield* find(layers, to);
  yield* assertParent(layers, to);
  if (source === undefined) throw createFileSystemError("ENOENT", { path: from });
  if (from === to || areOneFile(source, target)) return;
  const isDirectory = source.stat.type === "directory";
  if (isDirectory && isWithin(to, from)) throw createFileSystemError("EINVAL", { path: from });
  if (isWithin(from, to)) throw createFileSystemError("ENOTEMPTY", { path: to });
  yield* assertReplaceable(layers, isDirectory, to, target);
  yield* prepareParent(layers, to);
  yield* copyUpTree(layers, from);
  // A directory that comes here shows nothing of what the base has here; a file hides it.
  if (isDirectory) yield* killBeneath(layers, to);
  yield* killBeneath(layers, from);
  yield* wait(layers.upper.rename(from, to));
}

/** Two names of one file stay two names, as POSIX has it. */
function areOneFile(source: Found, target: Found | undefined): boolean {
  if (target === undefined || source.stat.type === "directory" || source.layer !== target.layer) return false;
  const { ino, dev, nlink } = source.stat;
  return nlink > 1 && ino === target.stat.ino && dev === target.stat.dev;
}

function* assertReplaceable(layers: Layers, isDirectory: boolean, to: string, target: Found | undefined): Steps<void> {
  if (target === undefined) return;
  if (target.stat.type !== "directory") {
    if (isDirectory) throw createFileSystemError("ENOTDIR", { path: to });
    return;
  }
  if (!isDirectory) throw createFileSystemError("EISDIR", { path: to });
  if ((yield* list(layers, to, target)).length > 0) throw createFileSystemError("ENOTEMPTY", { path: to });
}

export function* link(layers: Layers, existing: string, path: string): Steps<void> {
  const { stat } = yield* need(layers, existing);
  if (stat.type === "directory") throw createFileSystemError("EPERM", { path: existing });
  yield* prepareNew(layers, path);
  yield* copyUp(layers, existing);
  yield* wait(layers.upper.link(existing, path));
}

export function* readlink(layers: Layers, path: string): Steps<string> {
  const { layer, stat } = yield* need(layers, path);
  if (stat.type !== "symlink") throw createFileSystemError("EINVAL", { path });
  return yield* wait(layers[layer].readlink(path));
}
