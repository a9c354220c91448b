import { StringPrototypeIncludes } from "../primordial.ts";

/** Puts a backslash before each of some characters. */
export function escapeCharacters(text: string, characters: string): string {
  let escaped = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    escaped += StringPrototypeIncludes(characters, character) ? `\\${character}` : character;
  }
  return escaped;
}

/** A text as the source of an expression that matches it. */
export function escapeRegExp(text: string): string {
  return escapeCharacters(text, ".+*?^{$}()[]|/\\");
}
