import type { Binding, Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import { RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice } from "../primordial.ts";

const COMPONENTS = 9;
const SET_HOSTNAME = 2;
const SET_PATHNAME = 6;
const MUST_ESCAPE = /[%\\\n\r\t?#[\]^|~]/;
const SPECIAL = /^(?:https?|wss?|ftp):$/;

/** WHATWG URLs, parsed by the host's Node; only their components come back. */
export function urlBinding(guest: Guest): Binding {
  const { calls } = guest;
  const urlComponents = new Uint32Array(COMPONENTS);
  const accept = (href: unknown): string | undefined => {
    if (typeof href !== "string") return undefined;
    for (let index = 0; index < COMPONENTS; index++) urlComponents[index] = calls.record[index] ?? 0;
    return href;
  };
  const parse = (input: string, base: string | undefined) =>
    calls.sync("url.parse", `${input}`, base === undefined ? "" : `${base}`, base !== undefined);
  const update = (href: string, action: number, value: string) => calls.sync("url.update", href, action, value);
  return {
    __proto__: null,
    urlComponents,
    domainToASCII: (domain: string) => calls.sync("url.domainToASCII", `${domain}`),
    domainToUnicode: (domain: string) => calls.sync("url.domainToUnicode", `${domain}`),
    canParse: (input: string, base?: string) => typeof parse(input, base) === "string",
    parse(input: string, base: string | undefined, raise: boolean) {
      const href = accept(parse(input, base));
      if (href === undefined && raise) throw invalidUrl(guest, input, base);
      return href;
    },
    update: (href: string, action: number, value: string) => accept(update(href, action, value)) ?? false,
    format: (href: string, fragment: boolean, unicode: boolean, search: boolean, auth: boolean) =>
      calls.sync("url.format", href, fragment, unicode, search, auth),
    pathToFileURL(path: string, windows: boolean, hostname?: string) {
      const href = update("file:///", SET_PATHNAME, escapePath(path, windows));
      if (hostname === undefined || typeof href !== "string") return accept(href);
      return accept(update(href, SET_HOSTNAME, hostname));
    },
    getOrigin: (href: string) => originOf(guest, href),
  };
}

function invalidUrl(guest: Guest, input: string, base: string | undefined): Error {
  const error = guest.errors.coded("TypeError", "ERR_INVALID_URL", "Invalid URL");
  setOwn(error, "input", input);
  if (base !== undefined) setOwn(error, "base", base);
  return error;
}

/** Characters that would end a path, or mean another, must arrive escaped. On Windows a backslash is a separator. */
function escapePath(path: string, windows: boolean): string {
  if (RegExpPrototypeExec(MUST_ESCAPE, path) === null) return path;
  let escaped = "";
  for (let index = 0; index < path.length; index++) {
    const character = path[index] ?? "";
    escaped += windows && character === "\\" ? "/" : (ESCAPES[character] ?? character);
  }
  return escaped;
}

const ESCAPES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  "%": "%25",
  "\\": "%5C",
  "\n": "%0A",
  "\r": "%0D",
  "\t": "%09",
  "?": "%3F",
  "#": "%23",
  "[": "%5B",
  "]": "%5D",
  "^": "%5E",
  "|": "%7C",
  "~": "%7E",
};

function originOf(guest: Guest, href: string): string {
  const protocol = StringPrototypeSlice(href, 0, StringPrototypeIndexOf(href, ":") + 1);
  if (protocol === "blob:") {
    const inner = StringPrototypeSlice(href, 5);
    return typeof guest.calls.sync("url.parse", inner, "", false) === "string" ? originOf(guest, inner) : "null";
  }
  const parsed = guest.calls.sync("url.parse", href, "", false);
  if (typeof parsed !== "string") throw invalidUrl(guest, href, undefined);
  if (RegExpPrototypeExec(SPECIAL, protocol) === null) return "null";
  const { record } = guest.calls;
  const hostStart = record[2] ?? 0;
  const pathStart = record[5] ?? 0;
  return `${protocol}//${StringPrototypeSlice(parsed, hostStart + (parsed[hostStart] === "@" ? 1 : 0), pathStart)}`;
}
