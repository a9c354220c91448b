import { LONGEST_EXPRESSION } from "./inert-format.ts";

/*
 * V8 parses a regular expression when it is made, at once. With the flags `u` and `v` it looks up what each class and each
 * property has, and what is the same in another case: in some that takes the square of their length.
 */

/** Characters that an expression with the flag `u` or `v` has at most. */
const LONGEST_UNICODE = 1_024;
/** Properties (`\p{…}`) that it has at most: each has hundreds of ranges. */
const MOST_PROPERTIES = 32;
/** Characters that it has at most with a property of strings, of which there are thousands. */
const LONGEST_OF_STRINGS = 48;
/** How the names of the properties of strings begin. */
const PROPERTIES_OF_STRINGS = ["{RGI_", "{Basic_Emoji", "{Emoji_Keycap"] as const;

/** Whether parsing an expression may take longer than a host shall wait at a time. Safe to call in a guest. */
export function isLongToParse(source: string, flags: string): boolean {
  if (!has(flags, "u") && !has(flags, "v")) return source.length > LONGEST_EXPRESSION;
  if (source.length > LONGEST_UNICODE) return true;
  let properties = 0;
  for (let index = 1; index < source.length; index += 1) {
    if (source[index - 1] !== "\\" || (source[index] !== "p" && source[index] !== "P")) continue;
    properties += 1;
    if (source.length > LONGEST_OF_STRINGS && isOfStrings(source, index + 1)) return true;
  }
  return properties > MOST_PROPERTIES;
}

function isOfStrings(source: string, start: number): boolean {
  for (let index = 0; index < PROPERTIES_OF_STRINGS.length; index += 1) {
    if (beginsAt(source, PROPERTIES_OF_STRINGS[index] ?? "", start)) return true;
  }
  return false;
}

function beginsAt(source: string, text: string, start: number): boolean {
  for (let index = 0; index < text.length; index += 1) if (source[start + index] !== text[index]) return false;
  return true;
}

function has(text: string, character: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text[index] === character) return true;
  return false;
}
