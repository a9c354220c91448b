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
    parts: 25,
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

interface Goal {
  readonly what: string;
  readonly ours: ContestantId;
  readonly figure: FigureName;
  readonly most: number;
  readonly unit: string;
}

/** What is wanted whatever others take; figures of a machine that is slower than others count as they are. */
const goals: readonly Goal[] = [
  { what: "a run, process cell, after a pause", ours: "vivarium-process", figure: "paced", most: 2, unit: "ms" },
  {
    what: "a blocking call (statSync, callback)",
    ours: "vivarium-process-callback",
    figure: "statSync",
    most: 60,
    unit: "µs",
  },
  {
    what: "readFileSync, process cell, preset",
    ours: "vivarium-process",
    figure: "readFileSync",
    most: 10,
    unit: "µs",
  },
  {
    what: "each of 10 idle guests, shared cell",
    ours: "vivarium-process-shared",
    figure: "idle10",
    most: 6,
    unit: "MiB",
  },
  {
    what: "each of 100 idle guests, shared cell",
    ours: "vivarium-process-shared",
    figure: "idle100",
    most: 6,
    unit: "MiB",
  },
];

/** One line per target: what it asks, what was measured, and whether it was reached. */
export function judgeTargets(figures: ReadonlyMap<ContestantId, Figures>): readonly string[] {
  return [
    ...targets.map((target) => judgeTarget(target, figures)),
    ...goals.map(({ what, ours, figure, most, unit }) => {
      const mine = figures.get(ours)?.[figure];
      if (mine === undefined) return `?       ${what}: at most ${most} ${unit}: not measured`;
      return `${mine <= most ? "reached" : "MISSED "} ${what}: ${mine.toPrecision(3)} ${unit}, at most ${most} wanted`;
    }),
  ];
}

function judgeTarget(
  { what, ours, theirs, figure, parts }: Target,
  figures: ReadonlyMap<ContestantId, Figures>,
): string {
  const mine = figures.get(ours)?.[figure];
  const other = figures.get(theirs)?.[figure];
  if (mine === undefined || other === undefined)
    return `?       ${what}: at most 1/${parts} of secure-exec's: not measured`;
  const ratio = other / mine;
  return `${ratio >= parts ? "reached" : "MISSED "} ${what}: 1/${ratio.toFixed(1)} of secure-exec's, at most 1/${parts} wanted`;
}
