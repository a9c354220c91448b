import { lookAt } from "../bindings/fs/quick-look.ts";
import type { Guest } from "../guest.ts";
import { StringPrototypeStartsWith, TypedArrayPrototypeGetLength } from "../primordial.ts";

const UV_ENOENT = -2;
const UV_EACCES = -13;
const UV_EEXIST = -17;
const UV_ENOSYS = -38;
const UV_EADDRINUSE = -98;
const ANYONE = 0o777;
const READABLE = 1;
const WRITABLE = 2;
/** Bytes in the name of a Unix socket, as Linux has them. */
const LONGEST_NAME = 108;

/**
 * What a Unix socket of the guest is found by: its name among the guest's files, whatever names it has, or just the
 * name that it was given, where it is no file.
 */
export interface SocketPlace {
  readonly key: string;
  /** The name among the files, to be removed when the socket is closed. */
  readonly path: string | undefined;
}

/** Whether a name is longer than any socket's. */
export function isTooLong(guest: Guest, path: string): boolean {
  if (path.length > LONGEST_NAME) return true;
  return TypedArrayPrototypeGetLength(guest.native.encoding.encodeUtf8String(path)) > LONGEST_NAME;
}

/**
 * Makes the file of a socket. Where the filesystem knows no sockets, and where the guest may not write, there is none: nobody
 * but the guest's own servers and clients could have used it.
 *
 * @returns A negative errno when there can be no such socket.
 */
export function createSocketFile(guest: Guest, path: string): SocketPlace | number {
  if (isAbstract(path)) return { key: nameKey(path), path: undefined };
  const status = guest.calls.sync("fs.createSocket", path, ANYONE);
  if (status === UV_ENOSYS || status === UV_EACCES) return { key: nameKey(path), path: undefined };
  if (status === UV_EEXIST) return UV_EADDRINUSE;
  // As libuv says it, for the sake of Windows.
  if (status === UV_ENOENT) return UV_EACCES;
  if (status !== 0) return status as number;
  const key = keyAt(guest, path);
  return { key: typeof key === "string" ? key : nameKey(path), path };
}

/** Takes the file of a socket away, if it is still the one that was made. */
export function removeSocketFile(guest: Guest, { key, path }: SocketPlace): void {
  const isOurs = path !== undefined && (key === nameKey(path) || keyAt(guest, path) === key);
  if (isOurs) guest.calls.sync("fs.unlink", path);
}

/** Lets everybody read from a socket, write to it, or both, and nothing else. */
export function openSocketFile(guest: Guest, { path }: SocketPlace, mode: number): number {
  if (path === undefined) return 0;
  const bits = ((mode & READABLE) === 0 ? 0 : 0o444) | ((mode & WRITABLE) === 0 ? 0 : 0o222);
  return guest.calls.sync("fs.chmod", path, bits) as number;
}

/**
 * What the socket at a path is found by; `undefined` where something else is, a negative errno where nothing is or
 * the guest may not look.
 */
export function keyAt(guest: Guest, path: string): string | number | undefined {
  if (isAbstract(path)) return nameKey(path);
  const look = lookAt(guest, path, true);
  if (typeof look === "number") return look;
  return look.type === "socket" && look.ino !== 0 ? `file ${look.dev}:${look.ino}` : undefined;
}

/** What a socket without a file is found by. */
export function nameKey(path: string): string {
  return `name ${path}`;
}

/** A name that Linux keeps apart from files. */
function isAbstract(path: string): boolean {
  return StringPrototypeStartsWith(path, "\0");
}
