import { isIP } from "node:net";

/**
 * Where a plugin may go, as a manifest names it: `example.com`, `*.example.com` (names with one label or more in front, not
 * the name itself), an address (`10.1.0.7`, `[::1]`), or `*` for any; each with a port, or for all of them.
 */
export interface HostPattern {
  /** Whether there is a `*` in front. */
  readonly isWild: boolean;
  /** A name in ASCII, or an address, as {@link hostnameOf} spells it; empty where the `*` is all. */
  readonly name: string;
  /** Undefined: any. */
  readonly port: number | undefined;
}

const PATTERN = /^(?:(\*)|(\*\.)?(\[[0-9A-Fa-f:.]+\]|[^\s*:[\]/\\?#@%]+))(?::([1-9]\d{0,4}))?$/;
const HIGHEST_PORT = 65_535;

/**
 * Reads a pattern.
 *
 * @returns undefined for what is none: a URL, an address in another spelling than is usual, a name that has no ASCII form
 */
export function readHostPattern(text: string): HostPattern | undefined {
  const parts = PATTERN.exec(text);
  if (parts === null) return undefined;
  const [, any, dotted, host = "", digits] = parts;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > HIGHEST_PORT) return undefined;
  if (any !== undefined) return { isWild: true, name: "", port };
  const name = hostnameOf(host);
  const isWild = dotted !== undefined;
  if (name === undefined || host.endsWith(".") || (isWild && isIP(name) !== 0)) return undefined;
  // `0x7f.1` is an address too, and nobody would know which.
  if (isIP(name) === 4 && host !== name && !host.startsWith("[")) return undefined;
  return { isWild, name, port };
}

/** A pattern in its one spelling. */
export function writeHostPattern({ isWild, name, port }: HostPattern): string {
  const host = isIP(name) === 6 ? `[${name}]` : name;
  const wild = isWild ? (name === "" ? "*" : "*.") : "";
  return `${wild}${host}${port === undefined ? "" : `:${port}`}`;
}

/** Longest name that DNS allows. */
const LONGEST_NAME = 253;

/**
 * The one spelling of a host, as it is connected to: lower case, in ASCII, without brackets or a final dot; an IPv4 address
 * that is mapped into IPv6 is the IPv4 one.
 *
 * @returns undefined for what is no host
 */
export function hostnameOf(host: string): string | undefined {
  if (host === "" || /[\s/\\@?#%:]/.test(host.replace(/^\[[^\]]*\]$/, ""))) return undefined;
  const hostname = URL.parse(`http://${host}/`)?.hostname.replace(/\.$/, "");
  if (hostname === undefined || hostname.length > LONGEST_NAME) return undefined;
  if (hostname.startsWith("[")) return unmapped(hostname.slice(1, -1));
  return /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/.test(hostname) ? hostname : undefined;
}

/** RFC 4291, section 2.5.5.2. */
function unmapped(address: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 0xff, second >> 8, second & 0xff].join(".");
}
