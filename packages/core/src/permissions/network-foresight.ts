import { partsOf } from "./check-parts.ts";
import type { NetworkAccessRequest, PermissionCheck } from "./permissions.ts";
import { policyOf } from "./policy-brand.ts";
import type { PolicyData, Rule } from "./policy-data.ts";
import { normalizeHost } from "./rules/host-name.ts";
import { compileHostPattern, type HostPattern } from "./rules/host-pattern.ts";
import { compileHostRule } from "./rules/host-rule.ts";
import { compileUrlRule, splitUrlPattern } from "./rules/url-rule.ts";

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** Whether a check is known to allow whatever it is asked. */
export function allowsEverything(check: PermissionCheck<NetworkAccessRequest> | undefined): boolean {
  return check !== undefined && policyOf(check)?.rule === "allow";
}

/**
 * Whether a check may allow some request of HTTP to this host, whatever its URL: `false` is certain. Of a function nobody
 * knows.
 *
 * @param port of the connection; undefined: not known yet
 */
export function mayAllowHttp(
  check: PermissionCheck<NetworkAccessRequest> | undefined,
  hostname: string,
  port: number | undefined,
): boolean {
  if (check === undefined) return false;
  const data = policyOf(check);
  const host = normalizeHost(hostname);
  if (data === undefined) return true;
  return host !== undefined && mayCover(data, host, port);
}

function mayCover(data: PolicyData, host: string, port: number | undefined): boolean {
  switch (data.rule) {
    case "allow":
    case "not":
      return true;
    case "all":
      return data.of.every((part) => mayCover(part, host, port));
    case "any":
      return data.of.some((part) => mayCover(part, host, port));
    case "hosts":
    case "urls":
      return hostPatternsOf(data).some((pattern) => pattern.matchesHost(host) && coversPort(pattern, port));
    default:
      return false;
  }
}

/**
 * Whether a check judges requests to this server by their URLs: rules about them name it, and no rule that is known allows
 * whatever is asked of it. What else such a check allows there must be no way around its URLs.
 */
export function judgesUrls(
  check: PermissionCheck<NetworkAccessRequest> | undefined,
  hostname: string,
  port: number,
): boolean {
  const host = normalizeHost(hostname);
  if (check === undefined || host === undefined) return false;
  const { namesUrls, allowsAll } = knownOfCheck(check, host, port);
  return namesUrls && !allowsAll;
}

/** What is known of a check, or of a part of it, about one server. */
interface Known {
  readonly namesUrls: boolean;
  readonly allowsAll: boolean;
}

const nothingKnown: Known = { namesUrls: false, allowsAll: false };

function knownOfCheck(check: PermissionCheck<NetworkAccessRequest>, host: string, port: number): Known {
  const data = policyOf(check);
  if (data !== undefined) return knownOf(data, host, port);
  const parts = partsOf(check);
  if (parts === undefined) return nothingKnown;
  return combined(
    parts.rule,
    parts.of.map((part) => knownOfCheck(part, host, port)),
  );
}

function knownOf(data: PolicyData, host: string, port: number): Known {
  switch (data.rule) {
    case "allow":
      return { namesUrls: false, allowsAll: true };
    case "hosts":
      return { namesUrls: false, allowsAll: mayCover(data, host, port) };
    case "urls":
      return { namesUrls: hasUrlsOf(data, host, port), allowsAll: false };
    case "all":
    case "any":
      return combined(
        data.rule,
        data.of.map((part) => knownOf(part, host, port)),
      );
    case "not":
      return combined("not", [knownOf(data.of, host, port)]);
    default:
      return nothingKnown;
  }
}

/** Without a port a pattern of URLs is of that of its scheme alone. */
function hasUrlsOf(data: PolicyData & { readonly rule: "urls" }, host: string, port: number): boolean {
  return hostPatternsOf(data).some((pattern, index) => {
    const wanted = pattern.port ?? (/^(?:https|wss):/.test(data.urls[index] ?? "") ? HTTPS_PORT : HTTP_PORT);
    return pattern.matchesHost(host) && (wanted === "*" || wanted === port);
  });
}

function combined(rule: "all" | "any" | "not", parts: readonly Known[]): Known {
  const isAllowed = ({ allowsAll }: Known): boolean => allowsAll;
  return {
    namesUrls: parts.some(({ namesUrls }) => namesUrls),
    allowsAll: rule === "any" ? parts.some(isAllowed) : rule === "all" && parts.every(isAllowed),
  };
}

function coversPort({ port: wanted }: HostPattern, port: number | undefined): boolean {
  return port === undefined || wanted === undefined || wanted === "*" || wanted === port;
}

/**
 * Whether a policy names this very address: it has a pattern without wildcards for it (or for `localhost`, of a loopback
 * one), and would allow the same request to it by that name. A name that resolves to the address does not name it.
 */
export function namesAddress(
  check: PermissionCheck<NetworkAccessRequest> | undefined,
  request: NetworkAccessRequest,
  address: string,
): boolean {
  const data = check === undefined ? undefined : policyOf(check);
  const host = normalizeHost(address);
  if (check === undefined || data === undefined || host === undefined) return false;
  const names = isLoopback(host) ? [host, "localhost"] : [host];
  return names.some((name) => {
    const renamed = withHost(request, name);
    return renamed !== undefined && isNamed(data, name, renamed) && check(renamed) === true;
  });
}

const isLoopback = (host: string): boolean => host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

/** By a pattern that covers the request by itself. `not` names nothing: who excludes an address does not ask for it. */
function isNamed(data: PolicyData, host: string, request: NetworkAccessRequest): boolean {
  switch (data.rule) {
    case "all":
    case "any":
      return data.of.some((part) => isNamed(part, host, request));
    case "hosts":
    case "urls":
      return rulesFor(data, host).some((rule) => rule({ ...request }) === true);
    default:
      return false;
  }
}

/** The patterns of a rule that have no wildcard and are of this host, each as a rule of its own. */
function rulesFor(data: PolicyData & { readonly rule: "hosts" | "urls" }, host: string): readonly Rule[] {
  const patterns = data.rule === "hosts" ? data.hosts : data.urls;
  const own = patterns.filter((_pattern, index) => hostPatternsOf(data)[index]?.name === host);
  return own.map((pattern) => (data.rule === "hosts" ? compileHostRule([pattern]) : compileUrlRule([pattern])));
}

const known = new WeakMap<PolicyData, readonly HostPattern[]>();

function hostPatternsOf(data: PolicyData & { readonly rule: "hosts" | "urls" }): readonly HostPattern[] {
  const compiled = known.get(data);
  if (compiled !== undefined) return compiled;
  const patterns =
    data.rule === "hosts"
      ? data.hosts.map((pattern) => compileHostPattern(pattern, "allowHosts()"))
      : data.urls.map((pattern) => splitUrlPattern(pattern).host);
  known.set(data, patterns);
  return patterns;
}

function withHost(request: NetworkAccessRequest, host: string): NetworkAccessRequest | undefined {
  const { url } = request;
  if (url === undefined) return { ...request, hostname: host };
  if (!URL.canParse(url)) return undefined;
  const renamed = new URL(url);
  renamed.hostname = host.includes(":") ? `[${host}]` : host;
  return { ...request, url: renamed.href, hostname: host };
}
