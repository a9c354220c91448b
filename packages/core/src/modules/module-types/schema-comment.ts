import { elementsOf, type JsonObject, own } from "./json-document.ts";
import { commentLines } from "./print-comment.ts";
import type { Direction } from "./schema-document.ts";

/** Keywords that a type does not tell, and a reader wants to know. */
const told: readonly string[] = [
  "format",
  "default",
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "exclusiveMaximum",
  "minLength",
  "maxLength",
];
const LONGEST_NOTE = 60;

/** What a schema says beside its type: its description, and in parentheses what else there is to know. */
export function schemaComment(schema: JsonObject, direction: Direction): readonly string[] {
  const described = own(schema, "description");
  const description = typeof described === "string" ? described.trim() : "";
  const notes = notesOf(schema, direction).join(", ");
  const noted = description !== "" && notes !== "" ? `${description} (${notes})` : description || capitalize(notes);
  return [...commentLines(noted), ...(own(schema, "deprecated") === true ? ["@deprecated"] : [])];
}

function notesOf(schema: JsonObject, direction: Direction): readonly string[] {
  const isInteger = own(schema, "type") === "integer" && elementsOf(own(schema, "enum")).length === 0;
  const said = told.filter((keyword) => Object.hasOwn(schema, keyword));
  // What has come of a schema lacks nothing that would be replaced.
  const notes = said
    .filter((keyword) => keyword !== "default" || direction === "input")
    .map((keyword) => noteOf(keyword, schema));
  return [...(isInteger ? ["integer"] : []), ...notes].filter((note) => note !== "");
}

function noteOf(keyword: string, schema: JsonObject): string {
  const value = own(schema, keyword);
  // Of every integer, as some libraries say it.
  if (typeof value === "number" && Math.abs(value) === Number.MAX_SAFE_INTEGER) return "";
  const words = keyword.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const written = keyword === "format" && typeof value === "string" ? value : JSON.stringify(value);
  return written.length > LONGEST_NOTE ? "" : `${words} ${written}`;
}

function capitalize(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
