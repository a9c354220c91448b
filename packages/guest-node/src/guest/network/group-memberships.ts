import { MapPrototypeDelete, MapPrototypeHas, MapPrototypeSet } from "../primordial.ts";
import { isOwnAddress, parseIp } from "./ip-address.ts";
import { isGroup } from "./own-datagrams.ts";

const UV_EINVAL = -22;
const UV_EADDRINUSE = -98;
const UV_EADDRNOTAVAIL = -99;

/** The groups of receivers that a socket is in, by the texts of their addresses. Answers are libuv's: 0, or why not. */
export class GroupMemberships {
  readonly #groups: Map<string, true> = new Map();

  has(group: string): boolean {
    return MapPrototypeHas(this.#groups, group);
  }

  join(group: string): number {
    if (this.has(group)) return UV_EADDRINUSE;
    MapPrototypeSet(this.#groups, group, true);
    return 0;
  }

  leave(group: string): number {
    return MapPrototypeDelete(this.#groups, group) ? 0 : UV_EADDRNOTAVAIL;
  }
}

/** What is wrong with a group, or with the address of the interface, if one is named; 0: nothing. */
export function groupProblem(group: string, local: unknown): number {
  const bytes = parseIp(group);
  if (bytes === undefined || !isGroup(bytes)) return UV_EINVAL;
  if (typeof local !== "string") return 0;
  const own = parseIp(local);
  if (own === undefined) return UV_EINVAL;
  return isOwnAddress(own) ? 0 : UV_EADDRNOTAVAIL;
}
