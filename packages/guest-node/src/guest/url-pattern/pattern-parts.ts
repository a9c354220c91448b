import { ArrayPrototypePush } from "../past-prototypes.ts";
import { SetPrototypeAdd, SetPrototypeHas } from "../primordial.ts";
import { escapeRegExp } from "./escape-characters.ts";
import { PatternError, type Token, type TokenType, tokenize } from "./pattern-tokens.ts";

/** How a component's text hangs together. */
export interface PatternOptions {
  /** What a group without an expression of its own does not reach over: `/` in paths, `.` in names of hosts. */
  readonly delimiter: string;
  /** What belongs to the group behind it: `/` in paths. */
  readonly prefix: string;
}

export type Modifier = "" | "?" | "*" | "+";

/** A piece of a pattern that is matched as one. */
export interface PatternPart {
  readonly type: "fixed-text" | "regexp" | "segment-wildcard" | "full-wildcard";
  /** A text, or a regular expression; empty for wildcards. */
  readonly value: string;
  readonly modifier: Modifier;
  readonly name: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** Brings a fixed text into the form that it has in a URL. */
export type Encode = (text: string) => string;

export const FULL_WILDCARD = ".*";

/** The expression of a group that has none of its own. */
export function segmentWildcard(options: PatternOptions): string {
  return `[^${escapeRegExp(options.delimiter)}]+?`;
}

/**
 * Parses the pattern of one component.
 *
 * @throws {PatternError}
 */
export function parsePattern(input: string, options: PatternOptions, encode: Encode): readonly PatternPart[] {
  const parser = new PatternParser(tokenize(input, true), options, encode);
  return parser.parse();
}

class PatternParser {
  readonly #tokens: readonly Token[];
  readonly #options: PatternOptions;
  readonly #encode: Encode;
  readonly #segment: string;
  readonly #parts: PatternPart[] = [];
  readonly #names: Set<string> = new Set();
  #pending = "";
  #index = 0;
  #nextName = 0;

  constructor(tokens: readonly Token[], options: PatternOptions, encode: Encode) {
    this.#tokens = tokens;
    this.#options = options;
    this.#encode = encode;
    this.#segment = segmentWildcard(options);
  }

  parse(): readonly PatternPart[] {
    while (this.#index < this.#tokens.length) {
      if (this.#takeGroup() || this.#takeText() || this.#takeBraces()) continue;
      this.#endText();
      this.#require("end");
    }
    return this.#parts;
  }

  /** A name, an expression or an asterisk, and the one character before it that may belong to it. */
  #takeGroup(): boolean {
    const start = this.#index;
    const character = this.#take("char");
    const name = this.#take("name");
    const expression = this.#takeExpression(name);
    if (name === undefined && expression === undefined) {
      this.#index = start;
      return false;
    }
    let prefix = character?.value ?? "";
    if (prefix !== this.#options.prefix) {
      this.#pending += prefix;
      prefix = "";
    }
    this.#endText();
    this.#add({ prefix, name, expression, suffix: "", modifier: this.#takeModifier() });
    return true;
  }

  #takeText(): boolean {
    const text = this.#take("char") ?? this.#take("escaped-char");
    if (text === undefined) return false;
    this.#pending += text.value;
    return true;
  }

  #takeBraces(): boolean {
    if (this.#take("open") === undefined) return false;
    const prefix = this.#takeFixed();
    const name = this.#take("name");
    const expression = this.#takeExpression(name);
    const suffix = this.#takeFixed();
    this.#require("close");
    this.#add({ prefix, name, expression, suffix, modifier: this.#takeModifier() });
    return true;
  }

  #take(type: TokenType): Token | undefined {
    const token = this.#tokens[this.#index];
    if (token?.type !== type) return undefined;
    this.#index++;
    return token;
  }

  #require(type: TokenType): void {
    if (this.#take(type) === undefined) throw new PatternError();
  }

  #takeExpression(name: Token | undefined): Token | undefined {
    return this.#take("regexp") ?? (name === undefined ? this.#take("asterisk") : undefined);
  }

  #takeModifier(): Modifier {
    return ((this.#take("other-modifier") ?? this.#take("asterisk"))?.value ?? "") as Modifier;
  }

  #takeFixed(): string {
    let text = "";
    for (;;) {
      const token = this.#take("char") ?? this.#take("escaped-char");
      if (token === undefined) return text;
      text += token.value;
    }
  }

  #endText(): void {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    this.#addText(text, "");
  }

  #addText(text: string, modifier: Modifier): void {
    const value = this.#encode(text);
    ArrayPrototypePush(this.#parts, { type: "fixed-text", value, modifier, name: "", prefix: "", suffix: "" });
  }

  #add(group: {
    readonly prefix: string;
    readonly name: Token | undefined;
    readonly expression: Token | undefined;
    readonly suffix: string;
    readonly modifier: Modifier;
  }): void {
    const { prefix, expression, suffix, modifier } = group;
    const isText = group.name === undefined && expression === undefined;
    if (isText && modifier === "") {
      this.#pending += prefix;
      return;
    }
    this.#endText();
    if (isText) {
      if (prefix !== "") this.#addText(prefix, modifier);
      return;
    }
    const { type, value } = this.#kindOf(expression);
    ArrayPrototypePush(this.#parts, {
      type,
      value,
      modifier,
      name: this.#nameOf(group.name),
      prefix: this.#encode(prefix),
      suffix: this.#encode(suffix),
    });
  }

  #kindOf(expression: Token | undefined): Pick<PatternPart, "type" | "value"> {
    if (expression === undefined || expression.value === this.#segment) return { type: "segment-wildcard", value: "" };
    const isFull = expression.type === "asterisk" || expression.value === FULL_WILDCARD;
    return isFull ? { type: "full-wildcard", value: "" } : { type: "regexp", value: expression.value };
  }

  #nameOf(token: Token | undefined): string {
    const name = token === undefined ? `${this.#nextName++}` : token.value;
    if (SetPrototypeHas(this.#names, name)) throw new PatternError();
    SetPrototypeAdd(this.#names, name);
    return name;
  }
}
