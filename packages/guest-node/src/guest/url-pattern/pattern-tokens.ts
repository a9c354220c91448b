import { ArrayPrototypePush } from "../past-prototypes.ts";
import { RegExpPrototypeExec, StringPrototypeCodePointAt, StringPrototypeSlice } from "../primordial.ts";

const MAX_ASCII = 0x7f;
const ONE_UNIT = 0xffff;
const NAME_START = /^[$_\p{ID_Start}]/u;
const NAME_PART = /^(?:[$\p{ID_Continue}]|\u200c|\u200d)/u;

export type TokenType =
  | "open"
  | "close"
  | "regexp"
  | "name"
  | "char"
  | "escaped-char"
  | "other-modifier"
  | "asterisk"
  | "end"
  | "invalid-char";

/** A piece of a pattern's text. */
export interface Token {
  readonly type: TokenType;
  /** Where it starts. */
  readonly index: number;
  /** What it says: without the colon of a name, the brackets of a regular expression, the backslash of a character. */
  readonly value: string;
}

/** A pattern that is none. What was wrong with it Node does not tell. */
export class PatternError extends TypeError {
  readonly #isOurs = true;

  /** Whether a pattern or a URL was wrong, not the program or we. */
  static is(error: unknown): boolean {
    return typeof error === "object" && error !== null && #isOurs in error && error.#isOurs;
  }
}

const SINGLE: Readonly<Record<string, TokenType>> = {
  __proto__: null as never,
  "*": "asterisk",
  "+": "other-modifier",
  "?": "other-modifier",
  "{": "open",
  "}": "close",
};

/** Whether a character may begin, or go on with, the name of a group. */
export function isOfName(character: string, isFirst: boolean): boolean {
  return RegExpPrototypeExec(isFirst ? NAME_START : NAME_PART, character) !== null;
}

/** The character at a place of a text, of one or two units; `""` at its end. */
export function characterAt(text: string, index: number): string {
  const code = StringPrototypeCodePointAt(text, index);
  return code === undefined ? "" : StringPrototypeSlice(text, index, index + (code > ONE_UNIT ? 2 : 1));
}

/**
 * Takes a pattern apart. What is no pattern throws, or is a token `invalid-char` where it is only being found out what
 * the text consists of.
 *
 * @throws {PatternError} when it is strict and the pattern is none.
 */
export function tokenize(input: string, isStrict: boolean): readonly Token[] {
  const tokens: Token[] = [];
  let index = 0;
  while (index < input.length) {
    const found = tokenAt(input, index);
    if (found.type === "invalid-char" && isStrict) throw new PatternError();
    ArrayPrototypePush(tokens, { type: found.type, index, value: found.value });
    index = found.end;
  }
  ArrayPrototypePush(tokens, { type: "end", index, value: "" });
  return tokens;
}

interface Found {
  readonly type: TokenType;
  readonly value: string;
  readonly end: number;
}

function tokenAt(input: string, index: number): Found {
  const character = characterAt(input, index);
  const end = index + character.length;
  if (character === "\\") return escapedAt(input, end);
  if (character === ":") return nameAt(input, end);
  if (character === "(") return regExpAt(input, end);
  return { type: SINGLE[character] ?? "char", value: character, end };
}

function escapedAt(input: string, start: number): Found {
  const value = characterAt(input, start);
  if (value === "") return { type: "invalid-char", value: "\\", end: start };
  return { type: "escaped-char", value, end: start + value.length };
}

function nameAt(input: string, start: number): Found {
  let end = start;
  for (
    let next = characterAt(input, end);
    next !== "" && isOfName(next, end === start);
    next = characterAt(input, end)
  ) {
    end += next.length;
  }
  if (end === start) return { type: "invalid-char", value: ":", end };
  return { type: "name", value: StringPrototypeSlice(input, start, end), end };
}

/** What stands between brackets that belong together. Groups in it do not capture: they begin with `(?`. */
function regExpAt(input: string, start: number): Found {
  const invalid: Found = { type: "invalid-char", value: "(", end: start };
  let depth = 1;
  let end = start;
  while (end < input.length && depth > 0) {
    const character = input[end] ?? "";
    if (!isAscii(input, end) || (end === start && character === "?")) return invalid;
    end++;
    if (character === "\\") {
      if (end === input.length || !isAscii(input, end)) return invalid;
      end++;
    } else if (character === ")") depth--;
    else if (character === "(") {
      depth++;
      if (input[end] !== "?") return invalid;
    }
  }
  if (depth > 0 || end - start === 1) return invalid;
  return { type: "regexp", value: StringPrototypeSlice(input, start, end - 1), end };
}

function isAscii(input: string, index: number): boolean {
  return (StringPrototypeCodePointAt(input, index) ?? 0) <= MAX_ASCII;
}
