import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** One thing that was asked for, and what became of it. */
export interface Row {
  readonly allowed: boolean;
  readonly asked: string;
  readonly answer: string;
}

/** Columns of the page: those of the terminal, within what reads well. */
export const width: number = Math.min(Math.max(process.stdout.columns ?? 100, 60), 120);

const marginWidth = 2;
const margin = " ".repeat(marginWidth);

/** Colours only where the reader's terminal has them; `NO_COLOR` and pipes get plain text. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout, validateStream: true });
}

export function heading(text: string): string {
  return `\n${paint("bold", text)}`;
}

/** Names on the left, what they mean on the right, wrapped and aligned. */
export function renderPairs(pairs: ReadonlyArray<readonly [name: string, text: string]>): string {
  const nameWidth = Math.max(...pairs.map(([name]) => name.length));
  const textWidth = width - marginWidth - nameWidth - 2;
  return pairs
    .flatMap(([name, text]) =>
      wrap(text, textWidth).map((line, index) => margin + (index === 0 ? name : "").padEnd(nameWidth + 2) + line),
    )
    .join("\n");
}

/** A mark, what was asked, what was answered: allowed in green, denied in red. */
export function renderRows(rows: readonly Row[]): string {
  const askedWidth = Math.max(...rows.map((row) => row.asked.length));
  const answerWidth = width - marginWidth - askedWidth - 13;
  return rows
    .flatMap((row) => {
      const style = row.allowed ? "green" : "red";
      return wrap(row.answer, answerWidth).map((line, index) => {
        const isFirst = index === 0;
        const mark = (isFirst ? (row.allowed ? "✓ allowed" : "✗ denied") : "").padEnd(9);
        return `${margin}${paint(style, mark)}  ${(isFirst ? row.asked : "").padEnd(askedWidth)}  ${paint("dim", line)}`;
      });
    })
    .join("\n");
}

/** Text of somebody else, behind a bar so that it cannot be taken for ours. Control characters are shown, never obeyed. */
export function renderQuote(text: string): string {
  const lines = text.replace(/\n$/, "").split("\n");
  return lines.map((line) => `${margin}${paint("dim", "│")} ${line.replace(/\p{Cc}/gu, "�")}`).join("\n");
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
