/** Characters in a line that is not broken further. */
export const WIDTH = 100;

/** One level of indentation. */
export const STEP = "  ";

/** Lines of a text without the indentation that they share, empty lines around them and blanks at their ends. */
export function dedent(written: string): readonly string[] {
  const lines = written.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => line.replaceAll("\t", STEP).trimEnd());
  const first = lines.findIndex((line) => line !== "");
  if (first === -1) return [];
  const kept = lines.slice(first, lines.findLastIndex((line) => line !== "") + 1);
  // What begins in the line of its quote has its first line at no indentation, whatever the others have.
  const startsAtOnce = first === 0;
  const measured = (startsAtOnce ? kept.slice(1) : kept).filter((line) => line !== "");
  const shared = Math.min(...measured.map((line) => line.search(/\S/)));
  return kept.map((line, index) => (startsAtOnce && index === 0 ? line.trimStart() : line.slice(shared)));
}

/** Lines at an indentation, the empty ones at none. */
export function indented(lines: readonly string[], indent: string): string {
  return lines.map((line) => (line === "" ? "" : indent + line)).join("\n");
}

/** Declarations under each other, those of several lines with an empty line around them. */
export function joinBlocks(blocks: readonly string[]): string {
  const isLong = (block: string | undefined): boolean => block !== undefined && block.indexOf("\n") < block.length - 1;
  const apart = (block: string, index: number): boolean => index > 0 && (isLong(block) || isLong(blocks[index - 1]));
  return blocks.map((block, index) => (apart(block, index) ? `\n${block}` : block)).join("");
}
