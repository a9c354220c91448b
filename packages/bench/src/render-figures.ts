import type { FigureName, Figures } from "./collect-figures.ts";
import { type ContestantId, contestantIds, findContestant } from "./contestants/contestant-list.ts";

interface Column {
  readonly figure: FigureName;
  readonly head: string;
  readonly unit: string;
}

const alone: readonly Column[] = [
  { figure: "first", head: "first result", unit: "ms" },
  { figure: "newRuntime", head: "run, new runtime", unit: "ms" },
  { figure: "backToBack", head: "run, back to back", unit: "ms" },
  { figure: "paced", head: "run, after a pause", unit: "ms" },
  { figure: "statSync", head: "statSync", unit: "µs" },
  { figure: "readFileSync", head: "readFileSync", unit: "µs" },
  { figure: "mib", head: "memory", unit: "MiB" },
];

const underLoad: readonly Column[] = [
  { figure: "slowest", head: "run, 99th percentile", unit: "ms" },
  { figure: "perSecond", head: "runs per second", unit: "" },
  { figure: "files", head: "10,000 files", unit: "ms" },
];

const idle: readonly Column[] = [
  { figure: "idle1", head: "1 idle guest", unit: "MiB" },
  { figure: "idle10", head: "10, each", unit: "MiB" },
  { figure: "idle100", head: "100, each", unit: "MiB" },
];

/** The figures as tables for a terminal, one line per contestant. */
export function renderFigures(figures: ReadonlyMap<ContestantId, Figures>): string {
  return [alone, underLoad, idle].map((columns) => renderTable(figures, columns)).join("\n\n");
}

function renderTable(figures: ReadonlyMap<ContestantId, Figures>, columns: readonly Column[]): string {
  const head = ["", ...columns.map((column) => column.head)];
  const rows = contestantIds.flatMap((id) => {
    const found = figures.get(id);
    if (found === undefined || columns.every(({ figure }) => found[figure] === undefined)) return [];
    return [[findContestant(id, "").title, ...columns.map(({ figure, unit }) => format(found[figure], unit))]];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

function format(value: number | undefined, unit: string): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`.trimEnd();
}
