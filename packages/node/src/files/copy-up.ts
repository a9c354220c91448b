import { setImmediate as nextTurn } from "node:timers/promises";
import { createFileSystemError, errnoCodeOfError, type FileStat, type OpenFile, type OpenFlags } from "@vivarium/core";
import { childOf, parentOf } from "./guest-path.ts";
import { reading } from "./host-content.ts";
import { find, type Layers, list, need } from "./overlay-layers.ts";
import { type Steps, wait } from "./steps.ts";

/** A longer file is copied in pieces of this size. */
const PIECE_BYTES = 1024 * 1024;
/** How long the host's thread is held up at a time, in milliseconds, where much is copied. */
const SLICE_MS = 4;
/** What a copy keeps of a mode: a guest's file gives nobody the authority of its owner. */
const MODE_BITS = 0o1777;

const writing: OpenFlags = { ...reading, read: false, write: true, create: true, exclusive: true };

/** Copies what the base has at a path into the upper filesystem, with the directories that lead there. */
export function* copyUp(layers: Layers, path: string, withContent = true): Steps<void> {
  const { layer, stat } = yield* need(layers, path);
  if (layer === "upper") return;
  const parent = parentOf(path);
  if (path !== "/") yield* copyUp(layers, parent);
  const { upper, lower } = layers;
  const before = yield* wait(upper.lstat(parent));
  if (stat.type === "directory") yield* wait(upper.mkdir(path, { mode: stat.mode & MODE_BITS }));
  else if (stat.type === "symlink") yield* wait(upper.symlink(yield* wait(lower.readlink(path)), path));
  else if (stat.type === "socket") yield* wait(upper.createSocket(path, stat.mode & MODE_BITS));
  else yield* copyFile(layers, path, stat, withContent);
  yield* keepAttributes(layers, path, stat);
  if (stat.type !== "symlink" && stat.type !== "socket")
    yield* layers.opened.follow(path, () => upper.open(path, reading, 0));
  // To whom it is copied is nobody's business: nothing has changed in the directory.
  yield* ifItCan(() => upper.utimes(parent, before.atimeMs, before.mtimeMs));
}

/** Copies a directory with all that an overlay shows beneath it. */
export function* copyUpTree(layers: Layers, path: string): Steps<void> {
  let sliceStart = performance.now();
  const paths = [path];
  for (let next = paths.pop(); next !== undefined; next = paths.pop()) {
    yield* copyUp(layers, next);
    const found = yield* find(layers, next);
    if (found?.stat.type === "directory") {
      for (const { name } of yield* list(layers, next, found)) paths.push(childOf(next, name));
    }
    if (performance.now() - sliceStart < SLICE_MS) continue;
    yield nextTurn();
    sliceStart = performance.now();
  }
}

/** By way of a temporary file, so that nobody sees half of it, not even after the machine has failed. */
function* copyFile({ upper, lower, marks }: Layers, path: string, stat: FileStat, withContent: boolean): Steps<void> {
  if (stat.type !== "file") {
    throw createFileSystemError("EPERM", { reason: "a pipe, socket or device of the base cannot be copied" });
  }
  const temporary = yield* marks.temporary();
  const mode = stat.mode & MODE_BITS;
  if (withContent && stat.size > PIECE_BYTES) {
    const from = yield* wait(lower.open(path, reading, 0));
    try {
      const to = yield* wait(upper.open(temporary, writing, mode));
      try {
        yield* pour(from, to);
      } finally {
        yield* wait(to.close());
      }
    } finally {
      yield* wait(from.close());
    }
  } else {
    const content = withContent ? yield* wait(lower.readFile(path)) : new Uint8Array(0);
    yield* wait(upper.writeFile(temporary, content, { mode, parents: false }));
  }
  yield* wait(upper.rename(temporary, path));
}

/** A copy without a name of a file of the base that is open, and that no path leads to any more. */
export function* copyOfOpen({ upper, marks }: Layers, file: OpenFile, stat: FileStat): Steps<OpenFile> {
  if (stat.type !== "file") throw createFileSystemError("EROFS", { reason: "it has been removed" });
  const temporary = yield* marks.temporary();
  const copy = yield* wait(upper.open(temporary, { ...writing, read: true }, stat.mode & MODE_BITS));
  try {
    yield* pour(file, copy);
    yield* ifItCan(() => copy.chown(stat.uid, stat.gid));
    yield* ifItCan(() => copy.chmod(stat.mode & MODE_BITS));
    yield* ifItCan(() => copy.utimes(stat.atimeMs, stat.mtimeMs));
    yield* wait(upper.removeFile(temporary));
  } catch (error) {
    yield* wait(copy.close());
    throw error;
  }
  return copy;
}

function* pour(from: OpenFile, to: OpenFile): Steps<void> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (let position = 0; ; ) {
    const count = yield* wait(from.read(piece, position));
    if (count === 0) return;
    for (let written = 0; written < count; ) {
      written += yield* wait(to.write(piece.subarray(written, count), position + written));
    }
    position += count;
    yield nextTurn();
  }
}

/** Mode, owner and times, as far as the upper filesystem can hold them. */
function* keepAttributes({ upper }: Layers, path: string, stat: FileStat): Steps<void> {
  const { uid, gid, mode, atimeMs, mtimeMs, type } = stat;
  const copy = yield* wait(upper.lstat(path));
  if (copy.uid !== uid || copy.gid !== gid) yield* ifItCan(() => upper.lchown(path, uid, gid));
  if (type === "symlink") {
    yield* ifItCan(() => upper.lutimes(path, atimeMs, mtimeMs));
    return;
  }
  if (copy.mode !== (mode & MODE_BITS)) yield* ifItCan(() => upper.chmod(path, mode & MODE_BITS));
  yield* ifItCan(() => upper.utimes(path, atimeMs, mtimeMs));
}

/** Does what a filesystem may be unable or not allowed to do. */
export function* ifItCan(act: () => unknown): Steps<void> {
  try {
    yield* wait(act());
  } catch (error) {
    const code = errnoCodeOfError(error);
    if (code !== "ENOSYS" && code !== "EPERM" && code !== "ENOTSUP") throw error;
  }
}
