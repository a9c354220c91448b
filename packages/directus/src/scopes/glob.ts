import { placesOf } from "./places-of.ts";

const STAR = "*";

/**
 * Whether a text is of a pattern in which `*` is any run of characters but line feeds, and everything else is itself. In
 * time that grows with the sum of both lengths, whatever they are.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  if (/[\n\r\u2028\u2029]/.test(text)) return false;
  const [first = "", ...others] = pattern.split(STAR);
  const last = others.pop();
  if (last === undefined) return first === text;
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of others) {
    if (piece === "") continue;
    const { value: found } = placesOf(piece, text, at, end).next();
    if (found === undefined) return false;
    at = found + piece.length;
  }
  return true;
}
