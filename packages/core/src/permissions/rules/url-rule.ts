import { quote } from "../../errors/describe-value.ts";
import { VivariumError } from "../../errors/vivarium-error.ts";
import type { Rule } from "../policy-data.ts";
import { compileGlobs } from "./glob.ts";
import { normalizeHost } from "./host-name.ts";
import { compileHostPattern, type HostPattern } from "./host-pattern.ts";
import { readUrl, type UrlTarget } from "./read-url.ts";
import type { Matcher } from "./wildcards.ts";

const permission = "allowUrls()";

interface UrlPattern {
  readonly scheme: string;
  readonly host: HostPattern;
  readonly matchesPath: Matcher;
}

/**
 * Judges the URL of a network request, and the name of a lookup by the hosts of its patterns. Other requests without a URL
 * are not judged, nor is one whose URL and host disagree: nobody knows which of the two it will reach.
 */
export function compileUrlRule(urls: readonly string[]): Rule {
  const patterns = urls.map(compileUrlPattern);
  return (request) => {
    if (request.op === "dns") return judgeLookup(patterns, request.hostname);
    const target = typeof request.url === "string" ? readUrl(request.url) : undefined;
    if (target === undefined || contradicts(request, target)) return undefined;
    return patterns.some((pattern) => covers(pattern, target));
  };
}

function judgeLookup(patterns: readonly UrlPattern[], hostname: unknown): boolean | undefined {
  const host = typeof hostname === "string" ? normalizeHost(hostname) : undefined;
  return host === undefined ? undefined : patterns.some((pattern) => pattern.host.matchesHost(host));
}

function contradicts({ hostname, port }: Readonly<Record<string, unknown>>, target: UrlTarget): boolean {
  if (hostname !== undefined && (typeof hostname !== "string" || normalizeHost(hostname) !== target.host)) return true;
  return port !== undefined && port !== target.port;
}

function compileUrlPattern(pattern: string): UrlPattern {
  const { scheme, host, path } = splitUrlPattern(pattern);
  return {
    scheme,
    host,
    matchesPath: compileGlobs([path], { permission, components: true, problemOf: problemOfPath }),
  };
}

/** The parts of a pattern. @throws VivariumError `ERR_INVALID_PERMISSION` */
export function splitUrlPattern(pattern: string): {
  readonly scheme: string;
  readonly host: HostPattern;
  readonly path: string;
} {
  // The host ends at the first slash outside of brackets; braces are not taken apart across the parts of a URL.
  const parts = /^(https?|wss?):\/\/([^/?#@\\]+)(\/[^#]*)?$/s.exec(pattern);
  if (parts === null) {
    throw new VivariumError("ERR_INVALID_PERMISSION", {
      permission,
      problem: `expected a URL such as https://api.example.com/v1/** in ${quote(pattern)}`,
    });
  }
  const [, scheme = "", host = "", path = "/**"] = parts;
  if (path.includes("?")) {
    throw new VivariumError("ERR_INVALID_PERMISSION", {
      permission,
      problem: `"?" begins a query, which is not judged: leave it out (within a path "*" stands for any characters) in ${quote(pattern)}`,
    });
  }
  return { scheme, host: compileHostPattern(host, permission), path };
}

function problemOfPath(path: string): string | undefined {
  const dotted = path.split("/").some((component) => /^\\?\.{1,2}$/.test(component));
  return dotted ? 'the path of a URL has no "." or ".." component' : undefined;
}

function covers({ scheme, host, matchesPath }: UrlPattern, target: UrlTarget): boolean {
  if (scheme !== target.scheme || !host.matchesHost(target.host) || !matchesPath(target.path)) return false;
  return host.port === "*" || (host.port === undefined ? target.hasDefaultPort : host.port === target.port);
}
