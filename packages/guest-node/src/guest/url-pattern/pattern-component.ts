import { setOwn } from "../past-prototypes.ts";
import { RegExpPrototypeExec } from "../primordial.ts";
import { type Encode, type PatternOptions, type PatternPart, parsePattern } from "./pattern-parts.ts";
import { regExpOf } from "./pattern-regexp.ts";
import { textOf } from "./pattern-text.ts";
import { PatternError } from "./pattern-tokens.ts";

/** What a component of a URL was, and what the groups of its pattern matched. */
export interface ComponentMatch {
  groups: object;
  input: string;
}

export interface ComponentOptions extends PatternOptions {
  readonly ignoreCase: boolean;
}

/** The pattern of one component, ready to match. */
export class PatternComponent {
  /** The pattern, as a program reads it. */
  readonly text: string;
  readonly hasRegExpGroups: boolean;
  readonly #regExp: RegExp;
  readonly #names: readonly string[];

  /** @throws {PatternError} */
  constructor(input: string, options: ComponentOptions, encode: Encode) {
    const parts = parsePattern(input, options, encode);
    const { source, names } = regExpOf(parts, options);
    this.text = textOf(parts, options);
    this.hasRegExpGroups = hasRegExp(parts);
    this.#regExp = compile(source, options.ignoreCase ? "vi" : "v");
    this.#names = names;
  }

  matches(input: string): boolean {
    return RegExpPrototypeExec(this.#regExp, input) !== null;
  }

  match(input: string): ComponentMatch | undefined {
    const found = RegExpPrototypeExec(this.#regExp, input);
    if (found === null) return undefined;
    const groups = {};
    for (let index = 0; index < this.#names.length; index++) {
      setOwn(groups, this.#names[index] ?? "", found[index + 1]);
    }
    return { groups, input };
  }
}

function hasRegExp(parts: readonly PatternPart[]): boolean {
  for (let index = 0; index < parts.length; index++) {
    if (parts[index]?.type === "regexp") return true;
  }
  return false;
}

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    throw new PatternError();
  }
}
