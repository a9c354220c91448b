const STAR = "*";

/**
 * Whether a text is of a pattern in which `*` is any run of characters but line feeds, and everything else is itself. In
 * time that grows with the product of both lengths, whatever they are.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  if (/[\n\r\u2028\u2029]/.test(text)) return false;
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let after = 0;
  while (at < text.length) {
    if (pattern[inPattern] === STAR) {
      star = inPattern++;
      after = at;
    } else if (pattern[inPattern] === text[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++after;
    } else return false;
  }
  while (pattern[inPattern] === STAR) inPattern++;
  return inPattern === pattern.length;
}
