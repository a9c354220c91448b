import type { RequestedScopes, RequestScope } from "./extension-manifest.ts";

/** `requestedScopes`, once a schema has read it. */
export interface ParsedScopes {
  readonly [name: string]: unknown;
  readonly log?: unknown;
  readonly sleep?: unknown;
  readonly request?: RequestScope | undefined;
}

/** What is granted of what is asked for. */
export function readScopes(scopes: ParsedScopes, ownScopes: readonly string[]): RequestedScopes {
  const own = Object.entries(scopes).filter(([name]) => ownScopes.includes(name));
  return {
    log: scopes.log !== undefined,
    sleep: scopes.sleep !== undefined,
    request: scopes.request,
    own: Object.freeze(Object.fromEntries(own)),
  };
}

const KNOWN_SCOPES: readonly string[] = ["log", "sleep", "request"];

/**
 * What is asked for and means nothing, in words.
 *
 * @param within the field that has the `sandbox`
 */
export function scopeWarnings(scopes: ParsedScopes, ownScopes: readonly string[], within: string): readonly string[] {
  const unknown = Object.keys(scopes).filter((name) => !KNOWN_SCOPES.includes(name) && !ownScopes.includes(name));
  return unknown.map((name) => {
    const field = `${within}.sandbox.requestedScopes.${name}`;
    return name === "methods" || name === "urls"
      ? `${field} grants nothing: it belongs into "request"`
      : `${field} grants nothing: there is no such scope here`;
  });
}
