/** What commands a terminal, or has text read in another order than it is written. */
const COMMANDS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const LINE_ENDS = /\r\n|[\n\u2028\u2029]/g;
const LONGEST = 8192;

/** A stranger's text for a log: no longer than is read, without what would command a terminal, its further lines indented. */
export function printable(text: string): string {
  const rest = text.length - LONGEST;
  const shown = rest > 0 ? `${text.slice(0, LONGEST)}... (${rest} characters more)` : text;
  return shown
    .replace(LINE_ENDS, "\n  ")
    .replace(COMMANDS, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
