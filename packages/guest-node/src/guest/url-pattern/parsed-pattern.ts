import { dictionary } from "../past-prototypes.ts";
import { StringPrototypeStartsWith } from "../primordial.ts";
import { isDefaultPort, isSpecialScheme, SPECIAL_SCHEMES } from "./canonical-components.ts";
import { COMPONENTS, type ComponentName } from "./components.ts";
import { parseConstructorText } from "./constructor-text.ts";
import { type ComponentMatch, PatternComponent } from "./pattern-component.ts";
import { type InitTools, type PatternInit, processInit } from "./pattern-init.ts";
import type { Encode, PatternOptions } from "./pattern-parts.ts";
import { PatternError } from "./pattern-tokens.ts";
import { parseUrl, type UrlPieces } from "./url-pieces.ts";

/** What a program gives of a pattern or a URL: its text, or its components. */
export type PatternInput = string | PatternInit;

/** Of each component, what the pattern matched. */
export type PatternMatch = Record<ComponentName, ComponentMatch>;

const PLAIN: PatternOptions = { delimiter: "", prefix: "" };
const HOSTNAME: PatternOptions = { delimiter: ".", prefix: "" };
const PATHNAME: PatternOptions = { delimiter: "/", prefix: "/" };

/** A pattern of URLs: one pattern for each of their components. */
export class ParsedPattern {
  readonly components: Readonly<Record<ComponentName, PatternComponent>>;
  readonly #tools: InitTools;

  /** @throws {PatternError} */
  constructor(tools: InitTools, input: PatternInput, base: string | undefined, ignoreCase: boolean) {
    this.#tools = tools;
    const init = processInit(tools, initOf(tools, input, base), "pattern");
    // The pattern of a scheme's own port is the one of no port.
    if (init.protocol !== undefined && isDefaultPort(init.protocol, init.port ?? "")) init.port = "";
    this.components = compileAll(tools, init, ignoreCase);
  }

  get hasRegExpGroups(): boolean {
    for (let index = 0; index < COMPONENTS.length; index++) {
      if (this.components[COMPONENTS[index] as ComponentName].hasRegExpGroups) return true;
    }
    return false;
  }

  /** @throws {PatternError} where components are given with a base apart from them. */
  match(input: PatternInput, base: string | undefined): PatternMatch | undefined {
    const url = this.#urlOf(input, base);
    if (url === undefined) return undefined;
    const matches = dictionary<ComponentMatch>() as PatternMatch;
    for (let index = 0; index < COMPONENTS.length; index++) {
      const name = COMPONENTS[index] as ComponentName;
      const match = this.components[name].match(url[name] ?? "");
      if (match === undefined) return undefined;
      matches[name] = match;
    }
    return matches;
  }

  #urlOf(input: PatternInput, base: string | undefined): PatternInit | UrlPieces | undefined {
    if (typeof input === "string") return parseUrl(this.#tools.guest, input, base);
    if (base !== undefined) throw new PatternError();
    try {
      return processInit(this.#tools, input, "url");
    } catch (error) {
      if (PatternError.is(error)) return undefined;
      throw error;
    }
  }
}

function initOf(tools: InitTools, input: PatternInput, base: string | undefined): PatternInit {
  if (typeof input !== "string") {
    if (base !== undefined) throw new PatternError();
    return input;
  }
  const init = parseConstructorText(input, (protocol) => isSpecial(compileProtocol(tools, protocol)));
  if (init.protocol === undefined && base === undefined) throw new PatternError();
  if (base !== undefined) init.baseURL = base;
  return init;
}

function compileAll(
  tools: InitTools,
  init: PatternInit,
  ignoreCase: boolean,
): Readonly<Record<ComponentName, PatternComponent>> {
  const { canonical } = tools;
  const plain = { ...PLAIN, ignoreCase: false };
  const folding = { ...PLAIN, ignoreCase };
  const component = (name: ComponentName, options: typeof plain, encode: Encode): PatternComponent =>
    new PatternComponent(init[name] ?? "*", options, encode);
  const protocol = compileProtocol(tools, init.protocol ?? "*");
  const hasPath = isSpecial(protocol);
  const isAddress = isIpv6(init.hostname ?? "*");
  return {
    protocol,
    username: component("username", plain, (text) => canonical.username(text)),
    password: component("password", plain, (text) => canonical.password(text)),
    hostname: component("hostname", { ...HOSTNAME, ignoreCase: false }, (text) =>
      isAddress ? canonical.ipv6(text) : canonical.hostname(text),
    ),
    port: component("port", plain, (text) => canonical.port(text, "")),
    pathname: component("pathname", hasPath ? { ...PATHNAME, ignoreCase } : folding, (text) =>
      hasPath ? canonical.pathname(text) : canonical.opaquePathname(text),
    ),
    search: component("search", folding, (text) => canonical.search(text)),
    hash: component("hash", folding, (text) => canonical.hash(text)),
  };
}

function compileProtocol({ canonical }: InitTools, text: string): PatternComponent {
  return new PatternComponent(text, { ...PLAIN, ignoreCase: false }, (part) => canonical.protocol(part));
}

/** Whether a protocol's pattern matches a scheme whose URLs have a host and a path. */
function isSpecial(protocol: PatternComponent): boolean {
  if (isSpecialScheme(protocol.text)) return true;
  for (let index = 0; index < SPECIAL_SCHEMES.length; index++) {
    if (protocol.matches(SPECIAL_SCHEMES[index] ?? "")) return true;
  }
  return false;
}

function isIpv6(hostname: string): boolean {
  return (
    hostname.length > 1 &&
    (StringPrototypeStartsWith(hostname, "[") ||
      StringPrototypeStartsWith(hostname, "{[") ||
      StringPrototypeStartsWith(hostname, "\\["))
  );
}
