import { toOneLine } from "../../errors/to-one-line.ts";
import { dedent, WIDTH } from "./layout.ts";

/**
 * The lines of a text, as a comment can hold them: nothing in them ends it, and control characters and signs that turn
 * the direction of writing come out as escapes.
 */
export function commentLines(written: string): readonly string[] {
  return dedent(written).map((line) => toOneLine(line).replaceAll("*/", "*\\/"));
}

/** A comment of documentation with its last break of line, or nothing where there are no lines. */
export function printComment(lines: readonly string[], indent: string): string {
  if (lines.length === 0) return "";
  const wrapped = lines.flatMap((line) => wrap(line, WIDTH - indent.length - " * ".length));
  const short = `${indent}/** ${wrapped.join()} */`;
  if (wrapped.length === 1 && short.length <= WIDTH) return `${short}\n`;
  return [`${indent}/**`, ...wrapped.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`, ""].join("\n");
}

/** Breaks a line at blanks; its indentation goes on. */
function wrap(line: string, width: number): readonly string[] {
  const wrapped: string[] = [];
  const indentation = line.slice(0, line.search(/\S|$/));
  let rest = line;
  while (rest.length > width) {
    const fits = rest.lastIndexOf(" ", width);
    const at = fits > indentation.length ? fits : rest.indexOf(" ", width);
    if (at === -1) break;
    wrapped.push(rest.slice(0, at).trimEnd());
    rest = indentation + rest.slice(at).trimStart();
  }
  return [...wrapped, rest];
}
