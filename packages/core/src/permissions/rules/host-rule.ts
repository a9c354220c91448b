import type { NetworkOperation } from "../permissions.ts";
import type { Rule } from "../policy-data.ts";
import { normalizeHost } from "./host-name.ts";
import { compileHostPattern, type HostPattern } from "./host-pattern.ts";
import { readUrl } from "./read-url.ts";

/** The operations that reach for a host by name. */
const outgoing: ReadonlySet<unknown> = new Set<NetworkOperation>(["fetch", "http", "connect", "dns"]);

/** Judges host and port of a network request. */
export function compileHostRule(hosts: readonly string[]): Rule {
  const patterns = hosts.map((pattern) => compileHostPattern(pattern, "allowHosts()"));
  return (request) => {
    if (!outgoing.has(request.op)) return undefined;
    const target = readTarget(request);
    if (target === undefined) return undefined;
    return patterns.some((pattern) => covers(pattern, target, request.op === "dns"));
  };
}

interface Target {
  readonly host: string;
  readonly port: number | undefined;
}

/** A lookup has no port yet: a pattern with one lets the name be looked up. */
function covers(pattern: HostPattern, { host, port }: Target, isLookup: boolean): boolean {
  const { port: wanted } = pattern;
  return (isLookup || wanted === undefined || wanted === "*" || wanted === port) && pattern.matchesHost(host);
}

/** Host and port of a request, from its fields or its URL; `undefined` when they contradict each other or are missing. */
function readTarget({ url, hostname, port }: Readonly<Record<string, unknown>>): Target | undefined {
  const parsed = typeof url === "string" ? readUrl(url) : undefined;
  if (url !== undefined && parsed === undefined) return undefined;
  const named = typeof hostname === "string" ? normalizeHost(hostname) : undefined;
  if (hostname !== undefined && named === undefined) return undefined;
  const numbered = typeof port === "number" ? port : undefined;
  if (parsed === undefined) return named === undefined ? undefined : { host: named, port: numbered };
  if (named !== undefined && named !== parsed.host) return undefined;
  if (numbered !== undefined && numbered !== parsed.port) return undefined;
  return parsed;
}
