/** How many signs of a stranger's words are shown, where nothing else is said. */
const LONGEST = 80;

/**
 * A stranger's words within a text of ours. What stands between the quotes is printable ASCII, whatever they are, so that
 * nothing in it ends the quotes, begins a line, turns the direction of writing, hides, or looks like another letter.
 *
 * @param longest signs that are shown; of longer words the length is told behind the quotes
 */
export function quoted(words: string, longest: number = LONGEST): string {
  const { shown, isWhole } = written(words, longest, escaped);
  return isWhole ? `"${shown}"` : `"${shown}"... (${words.length} characters)`;
}

/**
 * A message of ours in which a stranger's words may stand, on one line of printable ASCII. Quotes stay as they are: most of
 * it is ours.
 */
export function shownWords(message: string, longest: number): string {
  const { shown, isWhole } = written(message, longest, (sign) =>
    sign === '"' || sign === "\\" ? sign : escaped(sign),
  );
  return isWhole ? shown : `${shown}... (${message.length} characters)`;
}

function written(
  words: string,
  longest: number,
  write: (sign: string) => string,
): { readonly shown: string; readonly isWhole: boolean } {
  let shown = "";
  let at = 0;
  for (let signs = 0; at < words.length && signs < longest; signs += 1) {
    const sign = String.fromCodePoint(words.codePointAt(at) ?? 0);
    shown += write(sign);
    at += sign.length;
  }
  return { shown, isWhole: at >= words.length };
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escaped(sign: string): string {
  const short = SHORT.get(sign);
  if (short !== undefined) return short;
  return sign >= " " && sign <= "~" ? sign : `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;
}
