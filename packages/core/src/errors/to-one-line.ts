/** Control characters, line separators and signs that turn the direction of writing, as JavaScript would escape them. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** Text that may be a guest's, as a terminal or a log may have it. */
export function toOneLine(text: string): string {
  return text.replace(unsafe, (sign) => (sign === "\n" ? "\\n" : escaped(sign)));
}

/** The same where it may have several lines. */
export function toPlainLines(text: string): string {
  return text.replace(unsafe, (sign) => (sign === "\n" || sign === "\t" ? sign : escaped(sign)));
}

function escaped(sign: string): string {
  return `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}
