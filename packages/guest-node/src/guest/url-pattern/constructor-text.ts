import { dictionary } from "../past-prototypes.ts";
import { StringPrototypeSlice } from "../primordial.ts";
import type { ComponentName } from "./components.ts";
import type { PatternInit } from "./pattern-init.ts";
import { type Token, tokenize } from "./pattern-tokens.ts";

type State = "init" | "authority" | "done" | ComponentName;

const BEFORE_PORT: Readonly<Record<string, boolean>> = {
  __proto__: null as never,
  protocol: true,
  authority: true,
  username: true,
  password: true,
};
const BEHIND_HOST: Readonly<Record<string, boolean>> = {
  __proto__: null as never,
  port: true,
  pathname: true,
  search: true,
  hash: true,
};

/**
 * Finds the components in a pattern that is written as a URL: as far as they can be told apart, since the same
 * characters divide URLs and make patterns.
 *
 * @param isSpecial Whether the pattern of a protocol matches a scheme whose URLs have a host.
 * @throws {PatternError}
 */
export function parseConstructorText(input: string, isSpecial: (protocol: string) => boolean): PatternInit {
  return new ConstructorParser(input, isSpecial).parse();
}

class ConstructorParser {
  readonly #input: string;
  readonly #isSpecial: (protocol: string) => boolean;
  readonly #tokens: readonly Token[];
  readonly #result: PatternInit = dictionary<string>();
  #start = 0;
  #index = 0;
  #step = 1;
  #groups = 0;
  #brackets = 0;
  #hasSpecialScheme = false;
  #state: State = "init";

  constructor(input: string, isSpecial: (protocol: string) => boolean) {
    this.#input = input;
    this.#isSpecial = isSpecial;
    this.#tokens = tokenize(input, false);
  }

  parse(): PatternInit {
    for (; this.#index < this.#tokens.length; this.#index += this.#step) {
      this.#step = 1;
      const { type } = this.#tokenAt(this.#index);
      if (type === "end") {
        if (this.#atEnd()) break;
      } else if (type === "open") this.#groups++;
      else if (this.#groups > 0 && type === "close") {
        this.#groups--;
        this.#advance();
      } else if (this.#groups === 0) this.#advance();
    }
    if (this.#result.hostname !== undefined) this.#result.port ??= "";
    return this.#result;
  }

  /** At the end of what had no scheme, or no user, it is read again as what it is then. */
  #atEnd(): boolean {
    if (this.#state === "authority") {
      this.#readAgainAs("hostname");
      return false;
    }
    if (this.#state !== "init") {
      this.#changeTo("done", 0);
      return true;
    }
    this.#readAgainAs("init");
    if (this.#is("#")) this.#changeTo("hash", 1);
    else if (this.#isSearch()) this.#changeTo("search", 1);
    else this.#changeTo("pathname", 0);
    return false;
  }

  #advance(): void {
    switch (this.#state) {
      case "init":
        if (this.#is(":")) this.#readAgainAs("protocol");
        return;
      case "protocol":
        if (this.#is(":")) this.#endProtocol();
        return;
      case "authority":
        if (this.#is("@")) this.#readAgainAs("username");
        else if (this.#is("/") || this.#isSearch() || this.#is("#")) this.#readAgainAs("hostname");
        return;
      case "username":
        if (this.#is(":")) this.#changeTo("password", 1);
        else if (this.#is("@")) this.#changeTo("hostname", 1);
        return;
      case "password":
        if (this.#is("@")) this.#changeTo("hostname", 1);
        return;
      case "hostname":
        this.#inHost();
        return;
      default:
        this.#behindHost();
    }
  }

  #endProtocol(): void {
    this.#hasSpecialScheme = this.#isSpecial(this.#text());
    const hasSlashes = this.#is("/", 1) && this.#is("/", 2);
    if (hasSlashes) this.#changeTo("authority", 3);
    else this.#changeTo(this.#hasSpecialScheme ? "authority" : "pathname", 1);
  }

  #inHost(): void {
    if (this.#is("[")) this.#brackets++;
    else if (this.#is("]")) this.#brackets--;
    else if (this.#is(":") && this.#brackets === 0) this.#changeTo("port", 1);
    else this.#behindHost();
  }

  #behindHost(): void {
    const state = this.#state;
    if (state === "hash") return;
    if ((state === "hostname" || state === "port") && this.#is("/")) this.#changeTo("pathname", 0);
    else if (state !== "search" && this.#isSearch()) this.#changeTo("search", 1);
    else if (this.#is("#")) this.#changeTo("hash", 1);
  }

  /** What lies between two components that are there is there, too, and empty. */
  #changeTo(next: State, skip: number): void {
    const state = this.#state;
    if (state !== "init" && state !== "authority" && state !== "done") this.#result[state] = this.#text();
    if (state !== "init" && next !== "done") {
      const isBeforePort = BEFORE_PORT[state] === true;
      const isBeforePath = isBeforePort || state === "hostname" || state === "port";
      if (isBeforePort && BEHIND_HOST[next] === true) this.#result.hostname ??= "";
      if (isBeforePath && (next === "search" || next === "hash")) {
        this.#result.pathname ??= this.#hasSpecialScheme ? "/" : "";
      }
      if ((isBeforePath || state === "pathname") && next === "hash") this.#result.search ??= "";
    }
    this.#state = next;
    this.#index += skip;
    this.#start = this.#index;
    this.#step = 0;
  }

  #readAgainAs(state: State): void {
    this.#index = this.#start;
    this.#step = 0;
    this.#state = state;
  }

  /** Whether a character of the text, not of a pattern in it, stands here or so many tokens further on. */
  #is(character: string, ahead = 0): boolean {
    const { type, value } = this.#tokenAt(this.#index + ahead);
    return value === character && (type === "char" || type === "escaped-char" || type === "invalid-char");
  }

  /** A question mark begins the search where it cannot be the modifier of what is before it. */
  #isSearch(): boolean {
    if (this.#is("?")) return true;
    if (this.#tokenAt(this.#index).value !== "?") return false;
    if (this.#index === 0) return true;
    const { type } = this.#tokenAt(this.#index - 1);
    return type !== "name" && type !== "regexp" && type !== "close" && type !== "asterisk";
  }

  #text(): string {
    return StringPrototypeSlice(this.#input, this.#tokenAt(this.#start).index, this.#tokenAt(this.#index).index);
  }

  #tokenAt(index: number): Token {
    return this.#tokens[index] ?? (this.#tokens[this.#tokens.length - 1] as Token);
  }
}
