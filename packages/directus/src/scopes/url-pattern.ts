import { domainToASCII } from "node:url";
import { matchesGlob } from "./glob.ts";

/** Whether a URL, as an extension has written it, is of a pattern. */
export type UrlMatcher = (url: string) => boolean;

/** A pattern as Directus has it: `*` is anything, in any part of the URL as it was written. */
export function writtenPattern(pattern: string): UrlMatcher {
  return (url) => matchesGlob(pattern, url);
}

/**
 * A pattern whose host is a host: matches what Directus' does, and only where scheme, host, port and path of the URL that
 * is requested are those that the pattern names, each for itself. A `*` in the host is within one of its labels; one that
 * stands for the first label is for any number of them; one at the end of a host without a path is for the path. One that
 * is all of the host is for its port, too.
 */
export function partedPattern(pattern: string): UrlMatcher {
  const written = writtenPattern(pattern);
  const parts = partsOf(pattern);
  if (parts === undefined) return pattern === ANYTHING ? (url) => isWeb(url) : () => false;
  return (text) => {
    if (!written(text)) return false;
    const url = URL.parse(text);
    if (url === null || hidesDots(url.pathname)) return false;
    return (
      url.protocol === parts.scheme &&
      matchesHost(parts.host, url.hostname) &&
      (parts.port === "*" || parts.port === url.port) &&
      url.username === "" &&
      url.password === "" &&
      matchesGlob(parts.path, url.pathname + url.search)
    );
  };
}

/** Whether a pattern is one that {@link partedPattern} has match nothing, as one without a scheme, or of a host that cannot be. */
export function isDeadPattern(pattern: string): boolean {
  const parts = partsOf(pattern);
  return parts === undefined ? pattern !== ANYTHING : !ASCII.test(parts.host);
}

/** The pattern of any URL of the web. */
const ANYTHING = "*";

interface PatternParts {
  /** With its colon. */
  readonly scheme: string;
  readonly host: string;
  /** Empty: that of the scheme. */
  readonly port: string;
  /** With the query. */
  readonly path: string;
}

const PATTERN = /^(https?):\/\/([^/?#@:[\]]+|\[[^\]]*\])(?::(\d+|\*))?([/?].*)?$/i;

/** @returns undefined for what names no scheme and host of the web */
function partsOf(pattern: string): PatternParts | undefined {
  const [, scheme = "", host = "", port = "", path] = PATTERN.exec(pattern) ?? [];
  if (scheme === "") return undefined;
  const endsOpen = path === undefined && host.endsWith("*") && !ANY.test(host);
  const anyHost = ANY.test(host);
  const anywhere = path === undefined && (anyHost || endsOpen);
  return {
    scheme: `${scheme.toLowerCase()}:`,
    host: normalHost(endsOpen ? host.replace(/\*+$/, "") : host),
    port: portOf(port, scheme.toLowerCase(), anyHost),
    path: anywhere ? "*" : normalPath(path ?? ""),
  };
}

const ASCII = /^[\x20-\x7e]*$/;

/** As URLs have it: in lower case, and names of other scripts in their ASCII form. A part of such a name has none, and stays. */
function normalHost(host: string): string {
  const labels = host
    .toLowerCase()
    .split(".")
    .map((label) => (ASCII.test(label) || label.includes("*") ? label : domainToASCII(label) || label));
  return labels.join(".");
}

/** A star that is all of a host, or its first label. */
const ANY = /^\*+$/;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };

/** Who may go to any host may go to any of its ports: `http://*` is the address of a server in development, too. */
function portOf(port: string, scheme: string, anyHost: boolean): string {
  if (port === "" && anyHost) return "*";
  return port === DEFAULT_PORTS[scheme] ? "" : port;
}

/** As URLs have it: percent-encoded, and without dot segments. */
function normalPath(path: string): string {
  const url = URL.parse(`http://host${path}`);
  return url === null ? path : url.pathname + url.search;
}

function matchesHost(pattern: string, host: string): boolean {
  if (ANY.test(pattern)) return true;
  const labels = host.split(".");
  const wanted = pattern.split(".");
  if (ANY.test(wanted[0] ?? "") && labels.length > wanted.length) {
    return sameLabels(wanted.slice(1), labels.slice(labels.length - wanted.length + 1));
  }
  return sameLabels(wanted, labels);
}

function sameLabels(patterns: readonly string[], labels: readonly string[]): boolean {
  return (
    patterns.length === labels.length && patterns.every((pattern, index) => matchesGlob(pattern, labels[index] ?? ""))
  );
}

/** How often servers and what stands before them may decode a path. */
const MOST_DECODINGS = 3;

/**
 * Whether a server may find a step up in a path, which has none as URLs are read: by decoding it, twice where something
 * stands before it, and by taking off a segment what some take for a parameter (`..;x`).
 */
function hidesDots(path: string): boolean {
  let text = path;
  for (let times = 0; times < MOST_DECODINGS; times += 1) {
    text = text.replace(/%(25|2e|2f|5c|3b|00)/gi, (_escape, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    if (/(?:^|[/\\])\.\.(?:[/\\;\0]|$)/.test(text)) return true;
  }
  return false;
}

function isWeb(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return !/[\n\r]/.test(text) && (protocol === "http:" || protocol === "https:");
}
