import type { NetworkAccessRequest, PermissionCheck } from "./permissions.ts";
import { policyOf } from "./policy-brand.ts";
import type { PolicyData, Rule } from "./policy-data.ts";
import { normalizeHost } from "./rules/host-name.ts";
import { compileHostPattern, type HostPattern } from "./rules/host-pattern.ts";
import { compileHostRule } from "./rules/host-rule.ts";
import { compileUrlRule, splitUrlPattern } from "./rules/url-rule.ts";

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
