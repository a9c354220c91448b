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

/** The calls to move so many bytes with. */
export function callsFor({ brief, long }: HostContext, bytes: number): HostCalls {
  return bytes > PIECE_BYTES ? long : brief;
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
