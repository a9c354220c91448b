import { LONGEST_TEXT } from "./glob.ts";
import { normalizeHost } from "./host-name.ts";

/** What rules look at in a URL. */
export interface UrlTarget {
  /** Without the colon. */
  readonly scheme: string;
  readonly host: string;
  readonly port: number | undefined;
  /** Whether the port is the one that the scheme implies. */
  readonly hasDefaultPort: boolean;
  /** Percent-encoded, as a server receives it. */
  readonly path: string;
}

const defaultPorts: ReadonlyMap<string, number> = new Map([
  ["http", 80],
  ["ws", 80],
  ["https", 443],
  ["wss", 443],
]);

/**
 * Takes a URL apart. `undefined` for one that a rule should not judge: malformed, overlong, with a user name or
 * password, without a host, or with an encoded slash or a semicolon (which servers of Java take away, with what follows)
 * that hides a `..` from us but perhaps not from the server.
 */
export function readUrl(text: string): UrlTarget | undefined {
  if (text.length > LONGEST_TEXT || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const host = normalizeHost(url.hostname);
  if (host === undefined || url.username !== "" || url.password !== "" || hidesDots(url.pathname)) return undefined;
  const scheme = url.protocol.slice(0, -1);
  const hasDefaultPort = url.port === "";
  const port = hasDefaultPort ? defaultPorts.get(scheme) : Number(url.port);
  return url.pathname.length > LONGEST_TEXT ? undefined : { scheme, host, port, hasDefaultPort, path: url.pathname };
}

function hidesDots(path: string): boolean {
  if (!/%(?:2f|5c|3b)|;/i.test(path)) return false;
  const decoded = path
    .replace(/%2e/gi, ".")
    .replace(/%(?:2f|5c)/gi, "/")
    .replace(/%3b/gi, ";");
  return decoded.split("/").some((component) => /^\.{1,2}(?:;|$)/.test(component));
}
