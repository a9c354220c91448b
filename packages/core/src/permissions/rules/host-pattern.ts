import { quote } from "../../errors/describe-value.ts";
import { VivariumError } from "../../errors/vivarium-error.ts";
import { compileGlobs } from "./glob.ts";
import { normalizeHost } from "./host-name.ts";
import type { Matcher } from "./wildcards.ts";

/** A host and a port as a pattern names them. */
export interface HostPattern {
  /** Wants a host as `normalizeHost` spells it. */
  readonly matchesHost: Matcher;
  /** The only host that it covers, as `normalizeHost` spells it; absent of one with a wildcard. */
  readonly name?: string;
  /** `undefined`: the pattern names none. */
  readonly port: number | "*" | undefined;
}

/** Compiles `api.example.com`, `*.example.com:8080`, `[::1]:*`. */
export function compileHostPattern(pattern: string, permission: string): HostPattern {
  const fail = (problem: string): never => {
    throw new VivariumError("ERR_INVALID_PERMISSION", { permission, problem: `${problem} in ${quote(pattern)}` });
  };
  const parts = /^(\[[0-9A-Fa-f:.]+\]|[^:]*)(?::(\*|\d{1,5}))?$/s.exec(pattern);
  if (parts === null) return fail("expected a host and perhaps a port, such as example.com:443 or [::1]:443,");
  const [, host = "", portText] = parts;
  const port = portText === undefined || portText === "*" ? portText : Number(portText);
  if (typeof port === "number" && (port < 1 || port > 65_535)) return fail("expected a port from 1 to 65535");
  if (!/[*?{[]/.test(host) || host.startsWith("[")) {
    const name = normalizeHost(host) ?? fail("expected a host");
    return { matchesHost: (text) => text === name, name, port };
  }
  return { matchesHost: compileGlobs([host.toLowerCase()], { permission, components: false, problemOf }), port };
}

function problemOf(pattern: string): string | undefined {
  if (pattern === "*") return undefined;
  if (/[^\w.*?[\]-]/.test(pattern)) return "expected letters, digits, dots and hyphens (write other names in Punycode)";
  if (pattern.split(".").includes("")) return "expected no empty label: a name has a dot between its labels only,";
  const last = pattern.slice(pattern.lastIndexOf(".") + 1);
  // `10.*` would cover 10.evil.example, `example.*` every registrar's customers.
  return /[*?[]/.test(last) ? "a wildcard in the last label covers names of strangers" : undefined;
}
