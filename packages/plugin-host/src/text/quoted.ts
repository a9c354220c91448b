/** How many signs of a stranger's words are shown, where nothing else is said. */
const LONGEST = 80;

/**
 * A stranger's words within a text of ours. What stands between the quotes is printable ASCII, whatever they are, so that
 * nothing in it ends the quotes, begins a line, turns the direction of writing, hides, or looks like another letter.
 *
 * @param longest signs that are shown; of longer words the length is told behind the quotes
 */
export function quoted(words: string, longest: number = LONGEST): string {
  let shown = "";
  let rest = words;
  for (let signs = 0; rest !== "" && signs < longest; signs += 1) {
    const [sign = ""] = rest;
    shown += escaped(sign);
    rest = rest.slice(sign.length);
  }
  return rest === "" ? `"${shown}"` : `"${shown}"... (${words.length} characters)`;
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
