import { toOneLine } from "../../errors/to-one-line.ts";
import { reservedWords } from "./reserved-names.table.ts";

const IDENTIFIER: RegExp = /^[A-Za-z_$][\w$]*$/;
const LONGEST = 60;

/** Whether something can be declared by a name: it is an identifier, and no word of the language. */
export function isDeclarable(name: string): boolean {
  return IDENTIFIER.test(name) && !reservedWords.has(name);
}

/** A string literal: on one line, and without signs that change what a reader sees. */
export function stringLiteral(value: string): string {
  return toOneLine(JSON.stringify(value));
}

/** The name of a property: quoted unless it is an identifier. */
export function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : stringLiteral(name);
}

/** The name of a method: quoted also where it would be read as a constructor. */
export function methodName(name: string): string {
  return name === "new" || name === "constructor" ? stringLiteral(name) : propertyName(name);
}

/** A name for a type (`UserInput`) from any text, if one can be made of it. */
export function toTypeName(words: string): string | undefined {
  const name = wordsOf(words).map(capitalize).join("").slice(0, LONGEST);
  return IDENTIFIER.test(name) ? name : undefined;
}

/** A name for a parameter (`userName`) from a short text, if one can be made of it. */
export function toParameterName(words: string): string | undefined {
  const found = wordsOf(words);
  const name = found.map((word, index) => (index === 0 ? uncapitalize(word) : capitalize(word))).join("");
  return found.length <= 3 && name.length <= LONGEST && isDeclarable(name) ? name : undefined;
}

/** The name, or it with the first of 2, 3, … with which it is free. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let number = 2; isTaken(name); number += 1) name = `${wanted}${number}`;
  return name;
}

function wordsOf(words: string): readonly string[] {
  return words.match(/[\w$]+/g) ?? [];
}

function capitalize(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** `URL` and `URLs` stay readable: only a capital before a small letter, or one alone, becomes small. */
function uncapitalize(word: string): string {
  return /^[A-Z](?![A-Z])/.test(word) ? word.slice(0, 1).toLowerCase() + word.slice(1) : word;
}
