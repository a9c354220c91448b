import { CallFailure } from "./call-failure.ts";

/** Objects, arrays and properties that a text may have together: more than what any call says. */
const MOST_MARKS = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What begins an object, an array, and the value of a property. */
const marks: readonly number[] = [0x7b, 0x5b, 0x3a];

/**
 * Parses JSON of a cell that has few objects and properties. Where there may be any number of them, a mebibyte keeps the host for
 * a tenth of a second.
 *
 * @throws {CallFailure} `EINVAL`
 */
export function parseModest(text: string): unknown {
  if (!isModest(text)) throw new CallFailure("EINVAL");
  try {
    return JSON.parse(text);
  } catch {
    throw new CallFailure("EINVAL");
  }
}

function isModest(text: string): boolean {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (marks.includes(code)) count += 1;
    if (count > MOST_MARKS) return false;
  }
  return true;
}

/** Where the string ends that begins at a quote; the end of the text for one that does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
