import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import { JSONParse } from "../primordial.ts";
import { parseIp } from "./ip-address.ts";
import type { SocketName } from "./own-listeners.ts";

const V4_BYTES = 4;

export function nameOf(address: string, port: number): SocketName {
  return { address, family: parseIp(address)?.length === V4_BYTES ? "IPv4" : "IPv6", port };
}

/** Writes a name where Node's library wants it; answers 0. */
export function fillName(out: object, name: SocketName): 0 {
  setOwn(out, "address", name.address);
  setOwn(out, "family", name.family);
  setOwn(out, "port", name.port);
  return 0;
}

/** What the host knows of the names of a stream or listener. */
export function namesFromHost(
  guest: Guest,
  stream: number,
): { readonly local: SocketName | undefined; readonly remote: SocketName | undefined } {
  const told = guest.calls.sync("net.addresses", stream);
  const names = (typeof told === "string" ? JSONParse(told) : {}) as { local?: unknown; remote?: unknown };
  return { local: nameFrom(names.local), remote: nameFrom(names.remote) };
}

/** A name that another has told, if it is one. */
export function nameFrom(told: unknown): SocketName | undefined {
  if (typeof told !== "object" || told === null) return undefined;
  const { address, port } = told as { readonly address?: unknown; readonly port?: unknown };
  return typeof address === "string" && typeof port === "number" ? nameOf(address, port) : undefined;
}
