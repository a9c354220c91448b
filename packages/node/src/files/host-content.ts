import { constants } from "node:fs";
import { createFileSystemError, errnoCodeOfError, type OpenFlags } from "@vivarium/core";
import type { HeldPath } from "./held-path.ts";
import { assertWritable, callsFor, type HostContext, LARGE_FILE_BYTES, PIECE_BYTES, withName } from "./host-context.ts";
import { HostOpenFile } from "./host-open-file.ts";
import { type Steps, wait } from "./steps.ts";

/** Node reads no larger file as a whole. */
const WHOLE_FILE_MAX_BYTES = 2 ** 31 - 1;
/** A file that is made while it is looked for, and removed while it is opened, again and again. */
const TRIES_MAX = 8;
/** A file that a guest makes may be sticky, but gives nobody its owner's authority. */
const CREATION_BITS = 0o1777;

export const reading: OpenFlags = Object.freeze({
  read: true,
  write: false,
  append: false,
  create: false,
  exclusive: false,
  truncate: false,
  directory: false,
  noFollow: true,
});
const changing: OpenFlags = Object.freeze({ ...reading, read: false, write: true });
const replacing: OpenFlags = Object.freeze({ ...changing, create: true, truncate: true });

/** Opens a file or a directory, and makes a file where one is to be made. Nothing else is ever opened, and no link followed. */
export function* openDescriptor(host: HostContext, path: string, flags: OpenFlags, mode: number): Steps<number> {
  if (flags.write || flags.create || flags.truncate) assertWritable(host);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const opened = yield* openExisting(host, path, flags);
    if (opened !== undefined) return opened;
    if (!flags.create) throw createFileSystemError("ENOENT", { path });
    const made = yield* create(host, path, flags, mode);
    if (made !== undefined) return made;
  }
  throw createFileSystemError(flags.exclusive ? "EEXIST" : "EBUSY", { path });
}

export function* openFile(host: HostContext, path: string, flags: OpenFlags, mode: number): Steps<HostOpenFile> {
  return new HostOpenFile(host, yield* openDescriptor(host, path, flags, mode), flags.append);
}

function* openExisting(host: HostContext, path: string, flags: OpenFlags): Steps<number | undefined> {
  let held: HeldPath;
  try {
    held = yield* host.paths.hold(path);
  } catch (error) {
    if (errnoCodeOfError(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    assertOpenable(held, flags);
    const fd = yield* wait(host.brief.open(held.way, held.openFlags | accessOf(flags)));
    yield* orClose(host, fd, prepare(host, fd, held, flags));
    return fd;
  } finally {
    yield* host.paths.release(held);
  }
}

function assertOpenable({ stats }: HeldPath, flags: OpenFlags): void {
  if (flags.create && flags.exclusive) throw createFileSystemError("EEXIST");
  if (stats.isSymbolicLink()) throw createFileSystemError("ELOOP");
  if (stats.isDirectory()) {
    if (flags.write || flags.create || flags.truncate) throw createFileSystemError("EISDIR");
    return;
  }
  if (flags.directory) throw createFileSystemError("ENOTDIR");
  if (!stats.isFile()) {
    throw createFileSystemError("ENXIO", { reason: "pipes, sockets and devices of the host are not opened" });
  }
}

/** What was opened has to be what was seen; only then is it emptied. */
function* prepare(host: HostContext, fd: number, { stats }: HeldPath, flags: OpenFlags): Steps<void> {
  const { dev, ino, size } = yield* wait(host.brief.fstat(fd));
  if (dev !== stats.dev || ino !== stats.ino) throw createFileSystemError("ELOOP");
  if (flags.truncate) yield* wait((size > LARGE_FILE_BYTES ? host.long : host.brief).ftruncate(fd, 0));
}

/** Makes a file; `undefined` where something is by now. */
function* create(host: HostContext, path: string, flags: OpenFlags, mode: number): Steps<number | undefined> {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NOCTTY } = constants;
  const openFlags = accessOf(flags) | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY;
  try {
    return yield* withName(host, path, (way) => wait(host.brief.open(way, openFlags, mode & CREATION_BITS)));
  } catch (error) {
    if (errnoCodeOfError(error) === "EEXIST") return undefined;
    throw error;
  }
}

function accessOf({ read, write, append }: OpenFlags): number {
  const access = write ? (read ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  return append ? access | constants.O_APPEND : access;
}

/** Goes on with a descriptor, and closes it should that fail. */
function* orClose(host: HostContext, fd: number, steps: Steps<void>): Steps<void> {
  try {
    yield* steps;
  } catch (error) {
    yield* wait(host.brief.close(fd));
    throw error;
  }
}

/** Does something with the descriptor of a file that has to be one. */
function* withFile<T>(
  host: HostContext,
  path: string,
  flags: OpenFlags,
  act: (fd: number, size: number) => Steps<T>,
  { mode = 0o666, written = 0 } = {},
): Steps<T> {
  const fd = yield* openDescriptor(host, path, flags, mode);
  try {
    const stats = yield* wait(host.brief.fstat(fd));
    if (!stats.isFile()) throw createFileSystemError("EISDIR");
    return yield* act(fd, stats.size);
  } finally {
    yield* wait(callsFor(host, written).close(fd));
  }
}

export function* readWhole(host: HostContext, path: string): Steps<Uint8Array> {
  return yield* withFile(host, path, reading, (fd, size) => readFrom(host, fd, 0, size));
}

export function* readPart(host: HostContext, path: string, offset: number, length: number): Steps<Uint8Array> {
  return yield* withFile(host, path, reading, function* (fd, size) {
    const target = new Uint8Array(Math.max(Math.min(length, size - offset), 0));
    return target.subarray(0, yield* fill(host, fd, target, offset));
  });
}

/** Fills `target` with the beginning of a file; answers how many bytes there are, more than that if it is too small. */
export function* readInto(host: HostContext, path: string, target: Uint8Array): Steps<number> {
  return yield* withFile(host, path, reading, function* (fd, size) {
    const count = yield* fill(host, fd, target, 0);
    if (count < target.byteLength || size >= count) return Math.max(size, count);
    // The system did not know how long it is.
    return count + (yield* fill(host, fd, new Uint8Array(1), count));
  });
}

/** All from a position on, also of a file that grows meanwhile or whose size is not known. */
function* readFrom(host: HostContext, fd: number, offset: number, size: number): Steps<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (let wanted = Math.max(size, 1); ; wanted = PIECE_BYTES) {
    if (total + wanted > WHOLE_FILE_MAX_BYTES) throw createFileSystemError("EFBIG");
    const piece = new Uint8Array(wanted);
    const count = yield* fill(host, fd, piece, offset + total);
    total += count;
    if (count < wanted) {
      pieces.push(piece.subarray(0, count));
      break;
    }
    pieces.push(piece);
    const more = new Uint8Array(1);
    if ((yield* fill(host, fd, more, offset + total)) === 0) break;
    total += 1;
    pieces.push(more);
  }
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, total);
}

/** Reads until the target is full or the file is at its end. */
function* fill(host: HostContext, fd: number, target: Uint8Array, position: number): Steps<number> {
  const calls = callsFor(host, target.byteLength);
  let filled = 0;
  while (filled < target.byteLength) {
    const count = yield* wait(calls.read(fd, target.subarray(filled, filled + PIECE_BYTES), position + filled));
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

export function* replaceWhole(host: HostContext, path: string, content: Uint8Array, mode: number): Steps<void> {
  const written = content.byteLength;
  yield* withFile(host, path, replacing, (fd) => writeAt(host, fd, content, 0), { mode, written });
}

export function* writePart(host: HostContext, path: string, offset: number, content: Uint8Array): Steps<void> {
  const written = content.byteLength;
  yield* withFile(host, path, changing, (fd) => writeAt(host, fd, content, offset), { written });
}

function* writeAt(host: HostContext, fd: number, content: Uint8Array, position: number): Steps<void> {
  const calls = callsFor(host, content.byteLength);
  for (let written = 0; written < content.byteLength; ) {
    const piece = content.subarray(written, written + PIECE_BYTES);
    written += yield* wait(calls.write(fd, piece, position + written));
  }
}

export function* resize(host: HostContext, path: string, size: number): Steps<void> {
  yield* withFile(host, path, changing, function* (fd, before) {
    yield* wait((before - size > LARGE_FILE_BYTES ? host.long : host.brief).ftruncate(fd, size));
  });
}
