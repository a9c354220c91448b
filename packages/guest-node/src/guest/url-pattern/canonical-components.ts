import type { Guest } from "../guest.ts";
import {
  RegExpPrototypeExec,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeToLowerCase,
} from "../primordial.ts";
import { PatternError } from "./pattern-tokens.ts";
import { parseUrl, type UrlPieces, updateUrl } from "./url-pieces.ts";

const DUMMY = "https://dummy.test/";
const OTHER_DUMMY = "https://other.test/";
const PLAIN_DUMMY = "fake://dummy.test/";
const IPV6 = /^[0-9a-f:[\]]*$/i;
const PORT = /^[\t\n\r]*([0-9][0-9\t\n\r]*)/;
const MAX_PORT = 65_535;

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  ftp: "21",
  file: "",
  http: "80",
  https: "443",
  ws: "80",
  wss: "443",
};

/** The schemes whose URLs have a host and a path, in the order in which a protocol's pattern is tried on them. */
export const SPECIAL_SCHEMES: readonly string[] = ["ftp", "file", "http", "https", "ws", "wss"];

export function isSpecialScheme(scheme: string): boolean {
  return DEFAULT_PORTS[scheme] !== undefined;
}

export function isDefaultPort(scheme: string, port: string): boolean {
  return port !== "" && DEFAULT_PORTS[scheme] === port;
}

/** Brings the components of a URL into the form that they have in one; each throws {@link PatternError} for what is none. */
export class CanonicalComponents {
  readonly #guest: Guest;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  protocol(value: string): string {
    return value === "" ? "" : this.#parsed(`${value}://dummy.test`).protocol;
  }

  username(value: string): string {
    return value === "" ? "" : updateUrl(this.#guest, DUMMY, "username", value).username;
  }

  password(value: string): string {
    return value === "" ? "" : updateUrl(this.#guest, DUMMY, "password", value).password;
  }

  hostname(value: string): string {
    if (value === "") return "";
    const { hostname } = updateUrl(this.#guest, DUMMY, "hostname", value);
    // What is no name of a host changes nothing: then neither of two dummies has changed.
    if (hostname === "dummy.test" && updateUrl(this.#guest, OTHER_DUMMY, "hostname", value).hostname !== hostname) {
      throw new PatternError();
    }
    return hostname;
  }

  /** An address of IPv6 in a pattern: a part of it is none yet. */
  ipv6(value: string): string {
    if (RegExpPrototypeExec(IPV6, value) === null) throw new PatternError();
    return StringPrototypeToLowerCase(value);
  }

  /** A number up to 65535, whatever stands behind it; nothing where it is what the protocol has anyway. */
  port(value: string, protocol: string): string {
    if (value === "") return "";
    const digits = RegExpPrototypeExec(PORT, value)?.[1];
    if (digits === undefined) throw new PatternError();
    let port = 0;
    for (let index = 0; index < digits.length; index++) {
      const digit = digits[index] ?? "";
      if (digit >= "0" && digit <= "9") port = port * 10 + +digit;
      if (port > MAX_PORT) throw new PatternError();
    }
    return isDefaultPort(protocol, `${port}`) ? "" : `${port}`;
  }

  /** A path of URLs with a host. What does not begin with a slash is a piece of one, and stays so. */
  pathname(value: string): string {
    if (value === "") return "";
    if (StringPrototypeStartsWith(value, "/")) return updateUrl(this.#guest, PLAIN_DUMMY, "pathname", value).pathname;
    const { pathname } = updateUrl(this.#guest, PLAIN_DUMMY, "pathname", `/-${value}`);
    return StringPrototypeSlice(pathname, 2);
  }

  /** What stands behind the scheme in URLs without a host. */
  opaquePathname(value: string): string {
    return value === "" ? "" : StringPrototypeSlice(this.#parsed(`data:-${value}`).pathname, 1);
  }

  search(value: string): string {
    return value === "" ? "" : updateUrl(this.#guest, DUMMY, "search", `?${value}`).search;
  }

  hash(value: string): string {
    return value === "" ? "" : updateUrl(this.#guest, DUMMY, "hash", `#${value}`).hash;
  }

  #parsed(href: string): UrlPieces {
    const pieces = parseUrl(this.#guest, href, undefined);
    if (pieces === undefined) throw new PatternError();
    return pieces;
  }
}
