import type { Guest } from "../guest.ts";
import { dictionary } from "../past-prototypes.ts";
import {
  StringPrototypeEndsWith,
  StringPrototypeLastIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
} from "../primordial.ts";
import { type CanonicalComponents, isSpecialScheme } from "./canonical-components.ts";
import { COMPONENTS, type ComponentName } from "./components.ts";
import { escapePattern } from "./pattern-text.ts";
import { PatternError } from "./pattern-tokens.ts";
import { parseUrl, type UrlPieces } from "./url-pieces.ts";

/** What a program gives of a pattern, or of a URL; without a prototype. */
export type PatternInit = { -readonly [Name in ComponentName | "baseURL"]?: string | undefined };

/** Whether an init describes a pattern, or a URL that is to be matched. */
export type InitKind = "pattern" | "url";

/** What each component's part of a base URL depends on: where one of these is given, the base has no say. */
const EARLIER: Readonly<Record<ComponentName, readonly ComponentName[]>> = {
  protocol: ["protocol"],
  username: ["protocol", "hostname", "port", "username"],
  password: ["protocol", "hostname", "port", "username", "password"],
  hostname: ["protocol", "hostname"],
  port: ["protocol", "hostname", "port"],
  pathname: ["protocol", "hostname", "port", "pathname"],
  search: ["protocol", "hostname", "port", "pathname", "search"],
  hash: ["protocol", "hostname", "port", "pathname", "search", "hash"],
};

/** What processing an init needs. */
export interface InitTools {
  readonly guest: Guest;
  readonly canonical: CanonicalComponents;
}

/**
 * Fills an init up from its base URL, and takes what is no part of a component from it. Of a URL, components get their
 * canonical form, and those that are missing are empty.
 *
 * @throws {PatternError}
 */
export function processInit(tools: InitTools, init: PatternInit, kind: InitKind): PatternInit {
  const result: PatternInit = dictionary<string>();
  const base = init.baseURL === undefined ? undefined : parseUrl(tools.guest, init.baseURL, undefined);
  if (base === undefined && init.baseURL !== undefined) throw new PatternError();
  if (base !== undefined) inherit(result, init, base, kind);
  if (init.pathname !== undefined) result.pathname = joinPath(init.pathname, base, kind);
  for (let index = 0; index < COMPONENTS.length; index++) {
    const name = COMPONENTS[index] as ComponentName;
    const given = name === "pathname" ? result.pathname : init[name];
    if (init[name] !== undefined && given !== undefined) {
      const text = strip(name, given);
      result[name] = kind === "pattern" ? text : canonicalOf(tools.canonical, name, text, result.protocol ?? "");
    } else if (kind === "url") result[name] ??= "";
  }
  return result;
}

function inherit(result: PatternInit, init: PatternInit, base: UrlPieces, kind: InitKind): void {
  for (let index = 0; index < COMPONENTS.length; index++) {
    const name = COMPONENTS[index] as ComponentName;
    if (kind === "pattern" && (name === "username" || name === "password")) continue;
    if (isAnyGiven(init, EARLIER[name])) continue;
    result[name] = kind === "pattern" ? escapePattern(base[name]) : base[name];
  }
}

function isAnyGiven(init: PatternInit, names: readonly ComponentName[]): boolean {
  for (let index = 0; index < names.length; index++) {
    if (init[names[index] as ComponentName] !== undefined) return true;
  }
  return false;
}

/** A relative path goes on where the base's folder ends. */
function joinPath(path: string, base: UrlPieces | undefined, kind: InitKind): string {
  if (base === undefined || isAbsolute(path, kind) || !StringPrototypeStartsWith(base.pathname, "/")) return path;
  const inherited = kind === "pattern" ? escapePattern(base.pathname) : base.pathname;
  return StringPrototypeSlice(inherited, 0, StringPrototypeLastIndexOf(inherited, "/") + 1) + path;
}

function isAbsolute(path: string, kind: InitKind): boolean {
  if (StringPrototypeStartsWith(path, "/")) return true;
  return kind === "pattern" && (StringPrototypeStartsWith(path, "\\/") || StringPrototypeStartsWith(path, "{/"));
}

/** Programs give `https:`, `?a=1` and `#top`, as they find them in a URL. */
function strip(name: ComponentName, value: string): string {
  if (name === "protocol" && StringPrototypeEndsWith(value, ":")) return StringPrototypeSlice(value, 0, -1);
  const mark = name === "search" ? "?" : name === "hash" ? "#" : undefined;
  return mark !== undefined && StringPrototypeStartsWith(value, mark) ? StringPrototypeSlice(value, 1) : value;
}

function canonicalOf(canonical: CanonicalComponents, name: ComponentName, value: string, protocol: string): string {
  if (name === "port") return canonical.port(value, protocol);
  if (name !== "pathname") return canonical[name](value);
  return protocol === "" || isSpecialScheme(protocol) ? canonical.pathname(value) : canonical.opaquePathname(value);
}
