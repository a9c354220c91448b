import { RegExpPrototypeExec, StringPrototypeEndsWith } from "../primordial.ts";
import { escapeCharacters } from "./escape-characters.ts";
import { FULL_WILDCARD, type PatternOptions, type PatternPart, segmentWildcard } from "./pattern-parts.ts";
import { characterAt, isOfName } from "./pattern-tokens.ts";

const PATTERN_CHARACTERS = "+*?:{}()\\";
const DIGIT = /^[0-9]/;

export function escapePattern(text: string): string {
  return escapeCharacters(text, PATTERN_CHARACTERS);
}

/** The text of a pattern, as short as it can be, in which what is written in a URL's form is written so. */
export function textOf(parts: readonly PatternPart[], options: PatternOptions): string {
  let text = "";
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (part === undefined) continue;
    if (part.type !== "fixed-text")
      text += groupText(part, { before: parts[index - 1], after: parts[index + 1] }, options);
    else if (part.modifier === "") text += escapePattern(part.value);
    else text += `{${escapePattern(part.value)}}${part.modifier}`;
  }
  return text;
}

interface Neighbours {
  readonly before: PatternPart | undefined;
  readonly after: PatternPart | undefined;
}

function groupText(part: PatternPart, beside: Neighbours, options: PatternOptions): string {
  const hasOwnName = !startsWithDigit(part.name);
  const isBraced = needsBraces(part, beside, options);
  let text = isBraced ? "{" : "";
  text += escapePattern(part.prefix);
  if (hasOwnName) text += `:${part.name}`;
  if (part.type === "regexp") text += `(${part.value})`;
  else if (part.type === "full-wildcard") text += isPlainAsterisk(part, beside, isBraced) ? "*" : `(${FULL_WILDCARD})`;
  else if (!hasOwnName) text += `(${segmentWildcard(options)})`;
  // A suffix that would read on as the group's name.
  if (part.type === "segment-wildcard" && hasOwnName && isOfName(characterAt(part.suffix, 0), false)) text += "\\";
  return `${text}${escapePattern(part.suffix)}${isBraced ? "}" : ""}${part.modifier}`;
}

function needsBraces(part: PatternPart, { before, after }: Neighbours, options: PatternOptions): boolean {
  if (part.suffix !== "" || (part.prefix !== "" && part.prefix !== options.prefix)) return true;
  const isName = part.type === "segment-wildcard" && part.modifier === "" && !startsWithDigit(part.name);
  if (isName && after !== undefined && after.prefix === "" && after.suffix === "") {
    const goesOn =
      after.type === "fixed-text" ? isOfName(characterAt(after.value, 0), false) : startsWithDigit(after.name);
    if (goesOn) return true;
  }
  if (part.prefix !== "" || options.prefix === "" || before?.type !== "fixed-text") return false;
  return StringPrototypeEndsWith(before.value, options.prefix);
}

function isPlainAsterisk(part: PatternPart, { before }: Neighbours, isBraced: boolean): boolean {
  if (!startsWithDigit(part.name)) return false;
  return (
    before === undefined || before.type === "fixed-text" || before.modifier !== "" || isBraced || part.prefix !== ""
  );
}

function startsWithDigit(text: string): boolean {
  return RegExpPrototypeExec(DIGIT, text) !== null;
}
