import type { Stats } from "node:fs";
import { createFileSystemError } from "@vivarium/core";
import { nameOf, parentOf } from "./guest-path.ts";
import type { HeldPath, PathHolder } from "./held-path.ts";
import type { HostCalls } from "./host-calls.ts";
import type { DeviceNumbers } from "./host-stat.ts";
import type { Steps } from "./steps.ts";

/** What the verbs of one filesystem of the host work with. */
export interface HostContext {
  readonly paths: PathHolder;
  /** For calls that the system answers in microseconds. */
  readonly brief: HostCalls;
  /** For calls that may take long. */
  readonly long: HostCalls;
  readonly devices: DeviceNumbers;
  readonly readOnly: boolean;
}

/** So many bytes are read or written by one call: on the host's thread that takes some 30 µs. */
export const PIECE_BYTES: number = 1024 * 1024;
/** The system takes long to free what such a file holds. */
export const LARGE_FILE_BYTES: number = 64 * 1024 * 1024;
/** Of one file: the system may have whoever has written more wait for the disk before it takes a further piece. */
const PROMPT_WRITES_BYTES: number = 64 * 1024 * 1024;
/** A shorter piece is taken without such a wait, nearly always; a thread of the pool would cost more than to write it. */
const SHORT_WRITE_BYTES: number = 64 * 1024;

/** The calls to move so many bytes with. */
export function callsFor({ brief, long }: HostContext, bytes: number): HostCalls {
  return bytes > PIECE_BYTES ? long : brief;
}

/** The calls to write so many bytes with to a file to which so many have been written before. */
export function callsToWrite(host: HostContext, bytes: number, before: number): HostCalls {
  return before > PROMPT_WRITES_BYTES && bytes > SHORT_WRITE_BYTES ? host.long : callsFor(host, bytes);
}

/**
 * The calls to close a file with. The system frees the content of one without a name, and of one that was emptied and
 * written again it first finds a place on the disk for all that was written (ext4: `auto_da_alloc`).
 */
export function callsToClose(
  { brief, long }: HostContext,
  { nlink, size }: Pick<Stats, "nlink" | "size">,
  written: number,
): HostCalls {
  const isLong = (nlink === 0 && size > LARGE_FILE_BYTES) || Math.min(written, size) > PIECE_BYTES;
  return isLong ? long : brief;
}

/**
 * The calls to rename a file over another with. The system frees the content of that, and finds a place on the disk for
 * all that was written to the one that is moved (ext4: `auto_da_alloc`).
 */
export function callsToReplace(
  { brief, long }: HostContext,
  replaced: Pick<Stats, "size">,
  moved: Pick<Stats, "size">,
): HostCalls {
  return replaced.size > LARGE_FILE_BYTES || moved.size > PIECE_BYTES ? long : brief;
}

/** Does something with what is at a path, while it is held. */
export function* withHeld<T>({ paths }: HostContext, path: string, act: (held: HeldPath) => Steps<T>): Steps<T> {
  const held = yield* paths.hold(path);
  try {
    return yield* act(held);
  } finally {
    yield* paths.release(held);
  }
}

/** Does something with a name in its directory: `way` names it to the host's system, whether it is there or not. */
export function* withName<T>(host: HostContext, path: string, act: (way: string) => Steps<T>): Steps<T> {
  return yield* withHeld(host, parentOf(path), function* ({ way, stats }) {
    if (stats.isSymbolicLink()) throw createFileSystemError("ELOOP", { path });
    if (!stats.isDirectory()) throw createFileSystemError("ENOTDIR", { path });
    return yield* act(`${way}/${nameOf(path)}`);
  });
}

/** Throws `EROFS` where nothing may be changed. */
export function assertWritable({ readOnly }: HostContext): void {
  if (readOnly) throw createFileSystemError("EROFS");
}

/** Throws `EBUSY` for the root: it is not the guest's to remove or to move. */
export function assertNotRoot(path: string): void {
  if (path === "/") throw createFileSystemError("EBUSY", { path });
}
