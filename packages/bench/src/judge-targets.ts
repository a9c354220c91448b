import type { FigureName, Figures } from "./collect-figures.ts";
import type { ContestantId } from "./contestants/contestant-list.ts";

interface Target {
  readonly what: string;
  readonly ours: ContestantId;
  readonly theirs: ContestantId;
  readonly figure: FigureName;
  /** Ours may take at most one part in so many of theirs. */
  readonly parts: number;
}

const targets: readonly Target[] = [
  {
    what: "a run in a fresh guest, process cell, back to back",
    ours: "vivarium-process",
    theirs: "secure-exec",
    figure: "backToBack",
    parts: 5,
  },
  {
    what: "a run in a fresh guest, process cell, after a pause",
    ours: "vivarium-process",
    theirs: "secure-exec",
    figure: "paced",
    parts: 5,
  },
  {
    what: "a run in a fresh guest, inline cell, back to back",
    ours: "vivarium-inline",
    theirs: "secure-exec",
    figure: "backToBack",
    parts: 5,
  },
  {
    what: "statSync, preset, inline cell",
    ours: "vivarium-inline",
    theirs: "secure-exec",
    figure: "statSync",
    parts: 20,
  },
  {
    what: "readFileSync, preset, inline cell",
    ours: "vivarium-inline",
    theirs: "secure-exec",
    figure: "readFileSync",
    parts: 20,
  },
  {
    what: "statSync, callback, process cell",
    ours: "vivarium-process-callback",
    theirs: "secure-exec-callback",
    figure: "statSync",
    parts: 4,
  },
  {
    what: "readFileSync, callback, process cell",
    ours: "vivarium-process-callback",
    theirs: "secure-exec-callback",
    figure: "readFileSync",
    parts: 4,
  },
];

/** One line per target: what it asks, what was measured, and whether it was reached. */
export function judgeTargets(figures: ReadonlyMap<ContestantId, Figures>): readonly string[] {
  return targets.map(({ what, ours, theirs, figure, parts }) => {
    const mine = figures.get(ours)?.[figure];
    const other = figures.get(theirs)?.[figure];
    if (mine === undefined || other === undefined)
      return `?       ${what}: at most 1/${parts} of secure-exec's: not measured`;
    const ratio = other / mine;
    return `${ratio >= parts ? "reached" : "MISSED "} ${what}: 1/${ratio.toFixed(1)} of secure-exec's, at most 1/${parts} wanted`;
  });
}
