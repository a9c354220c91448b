import { isHeaderName } from "@vivarium/requests";
import { assertExpanse } from "../api/expanse.ts";

/** Servers take less. */
const HEADERS_EXPANSE = { values: 10_000, characters: 64 * 1024 };

const CONTROL = /[\0-\x08\n-\x1f\x7f]/g;

/**
 * The headers that an extension gives, by lower-case names: an object, or an array of pairs. Numbers and booleans become text, arrays are joined,
 * what is undefined or null is left away, and control characters, line feeds among them, are taken out of values.
 *
 * @throws TypeError for what cannot be the name of a header; RangeError for more than servers take
 */
export function encodeHeaders(headers: object | undefined): Map<string, string> {
  assertExpanse(headers, HEADERS_EXPANSE);
  const encoded = new Map<string, string>();
  for (const [name, value] of pairsOf(headers)) {
    if (value === undefined || value === null) continue;
    if (typeof name !== "string" || !isHeaderName(name)) {
      throw new TypeError(`Header name must be a valid HTTP token [${JSON.stringify(name)}]`);
    }
    encoded.set(name.toLowerCase(), textOf(value));
  }
  return encoded;
}

function pairsOf(headers: object | undefined): readonly (readonly [unknown, unknown])[] {
  if (headers === undefined) return [];
  if (!Array.isArray(headers)) return Object.entries(headers);
  return headers.filter((pair): pair is [unknown, unknown] => Array.isArray(pair));
}

function textOf(value: unknown): string {
  const text = Array.isArray(value) ? value.map(String).join(", ") : String(value);
  return text
    .replace(CONTROL, "")
    .replace(/[^\t\x20-\xff]/g, "?")
    .trim();
}
