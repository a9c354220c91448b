import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import { ReflectApply, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice } from "../primordial.ts";
import { secureError } from "../tls/secure-session.ts";

interface Owner {
  readonly destroy?: (error: Error) => unknown;
  readonly errored?: unknown;
  readonly remoteAddress?: unknown;
}

interface Peer {
  getpeername(out: { address?: string; port?: number }): number;
}

type HostPortException = new (errno: number, syscall: string, address?: string, port?: number) => Error;

export const UV_EACCES = -13;
const UV_EPROTO = -71;

/**
 * Ends the socket of a handle with a failure that has a reason: of `EACCES` it is the connection that was refused, which had
 * seemed to stand.
 */
export function failOwner(guest: Guest, handle: object, status: number, reason: string): boolean {
  const owner = ownerOf(guest, handle);
  const { destroy } = owner ?? {};
  if (owner === undefined || typeof destroy !== "function") return false;
  const isRefused = status === UV_EACCES;
  const peer: { address?: string; port?: number } = {};
  if (isRefused && "getpeername" in handle) (handle as Peer).getpeername(peer);
  const { ExceptionWithHostPort } = guest.library.require("internal/errors") as {
    ExceptionWithHostPort: HostPortException;
  };
  const told = status === UV_EPROTO ? secureFailure(reason) : undefined;
  const error = told ?? new ExceptionWithHostPort(status, isRefused ? "connect" : "read", peer.address, peer.port);
  if (told === undefined) explain(error, reason);
  ReflectApply(destroy, owner, [error]);
  return true;
}

/** Adds to the error with which a socket has just been ended why its connection was refused. */
export function explainFailure(guest: Guest, handle: object, reason: string): void {
  const error = ownerOf(guest, handle)?.errored;
  if (guest.native.types.isNativeError(error)) explain(error as Error, reason);
}

/** What OpenSSL says of a handshake that has failed, out of a reason that is `CODE: message`. */
function secureFailure(reason: string): Error | undefined {
  const match = RegExpPrototypeExec(/^([A-Z][A-Z0-9_]+): (.+)$/s, reason);
  return match === null ? undefined : secureError(match[1], match[2]);
}

/** Puts a reason behind the message of an error. */
export function explain(error: Error, reason: string): void {
  const { message, stack } = error;
  if (reason === "" || typeof message !== "string") return;
  const longer = `${message} (${reason})`;
  setOwn(error, "message", longer);
  const at = typeof stack === "string" ? StringPrototypeIndexOf(stack, message) : -1;
  if (typeof stack !== "string" || at < 0) return;
  const rest = StringPrototypeSlice(stack, at + message.length);
  setOwn(error, "stack", `${StringPrototypeSlice(stack, 0, at)}${longer}${rest}`);
}

function ownerOf(guest: Guest, handle: object): Owner | undefined {
  const symbol = guest.symbols["owner_symbol"];
  const owner = symbol === undefined ? undefined : (handle as Readonly<Record<symbol, unknown>>)[symbol];
  return typeof owner === "object" && owner !== null ? (owner as Owner) : undefined;
}
