import type { Guest } from "../guest.ts";
import { StringPrototypeSlice, StringPrototypeStartsWith } from "../primordial.ts";

const ABSENT = 0xffff_ffff;

/** The components of a URL, without the punctuation between them. */
export interface UrlPieces {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

/** What `url.update` sets, by the number that it has there. */
export const URL_ACTION = {
  __proto__: null as never,
  hostname: 2,
  username: 4,
  password: 5,
  pathname: 6,
  search: 7,
  hash: 8,
} as const;

/** Parses a URL as WHATWG says; `undefined` for what is none. */
export function parseUrl(guest: Guest, input: string, base: string | undefined): UrlPieces | undefined {
  return piecesOf(guest, guest.calls.sync("url.parse", input, base ?? "", base !== undefined));
}

/** A URL with one of its components set to something else: as it was, where that is no such component. */
export function updateUrl(guest: Guest, href: string, action: keyof typeof URL_ACTION, value: string): UrlPieces {
  const pieces = piecesOf(guest, guest.calls.sync("url.update", href, URL_ACTION[action], value));
  if (pieces === undefined) throw new TypeError("Invalid URL");
  return pieces;
}

function piecesOf({ calls }: Guest, href: unknown): UrlPieces | undefined {
  if (typeof href !== "string") return undefined;
  const at = (index: number): number => calls.record[index] ?? ABSENT;
  const protocolEnd = at(0);
  const usernameEnd = at(1);
  const hostStart = at(2);
  const hostEnd = at(3);
  const port = at(4);
  const pathStart = at(5);
  const searchStart = at(6);
  const hashStart = at(7);
  const beforeHash = hashStart === ABSENT ? href.length : hashStart;
  const beforeSearch = searchStart === ABSENT ? beforeHash : searchStart;
  const part = (start: number, end: number): string => (end > start ? StringPrototypeSlice(href, start, end) : "");
  return {
    protocol: part(0, protocolEnd - 1),
    username: part(protocolEnd + 2, usernameEnd),
    password: part(usernameEnd + 1, hostStart),
    hostname: part(hostStart + (StringPrototypeStartsWith(href, "@", hostStart) ? 1 : 0), hostEnd),
    port: port === ABSENT ? "" : `${port}`,
    pathname: part(pathStart, beforeSearch),
    search: part(beforeSearch + 1, beforeHash),
    hash: part(beforeHash + 1, href.length),
  };
}
