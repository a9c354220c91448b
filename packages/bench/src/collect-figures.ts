import { askContestant } from "./ask-contestant.ts";
import type { ContestantId } from "./contestants/contestant-list.ts";
import type { MeasurementName } from "./finding.ts";
import { median } from "./measurements/median.ts";

export const figureNames = [
  "first",
  "newRuntime",
  "backToBack",
  "paced",
  "statSync",
  "readFileSync",
  "mib",
  "slowest",
  "perSecond",
  "files",
  "idle1",
  "idle10",
  "idle100",
] as const;
export type FigureName = (typeof figureNames)[number];

/** Medians by contestant. A figure that was not asked for, or could not be had, is absent. */
export type Figures = Readonly<Partial<Record<FigureName, number>>>;

export interface Collection {
  readonly figures: ReadonlyMap<ContestantId, Figures>;
  readonly failures: ReadonlySet<string>;
}

/** Which process is asked for what. Everything else about a contestant would say nothing new. */
const plan: Readonly<Record<MeasurementName, readonly ContestantId[]>> = {
  first: ["vivarium-inline", "vivarium-process", "secure-exec", "bare-isolate"],
  runs: [
    "vivarium-inline",
    "vivarium-process",
    "vivarium-process-per-run",
    "vivarium-process-shared",
    "secure-exec",
    "bare-isolate",
  ],
  calls: [
    "vivarium-inline",
    "vivarium-inline-callback",
    "vivarium-process",
    "vivarium-process-callback",
    "secure-exec",
    "secure-exec-callback",
    "bare-isolate",
  ],
  load: ["vivarium-inline", "vivarium-process", "vivarium-process-per-run", "secure-exec"],
  memory: ["vivarium-inline", "vivarium-process", "secure-exec", "bare-isolate"],
  idle: ["vivarium-process-shared", "secure-exec"],
};

const roundsOf: Readonly<Record<MeasurementName, number>> = {
  first: 7,
  runs: 3,
  calls: 2,
  load: 2,
  memory: 1,
  idle: 1,
};
const order: readonly MeasurementName[] = ["first", "runs", "calls", "load", "memory", "idle"];

/** Asks every contestant in turn, several rounds long, so that a slow minute of the machine hits them alike. */
export async function collectFigures(peers: string, isHere: (id: ContestantId) => boolean): Promise<Collection> {
  const samples = new Map<ContestantId, Map<FigureName, number[]>>();
  const failures = new Set<string>();
  for (const measurement of order) {
    process.stderr.write(`measuring: ${measurement}\n`);
    for (let round = 0; round < roundsOf[measurement]; round++) {
      for (const id of plan[measurement].filter(isHere)) {
        const answer = await askContestant(id, measurement, peers);
        if (typeof answer === "string") failures.add(`${id}, ${measurement}: ${answer}`);
        else keep(samples, id, measurement === "first" ? { first: answer.elapsedMs } : answer.values);
      }
    }
  }
  return { figures: new Map([...samples].map(([id, found]) => [id, mediansOf(found)])), failures };
}

function keep(
  samples: Map<ContestantId, Map<FigureName, number[]>>,
  id: ContestantId,
  values: Readonly<Record<string, number>>,
): void {
  const found = samples.get(id) ?? new Map<FigureName, number[]>();
  samples.set(id, found);
  for (const name of figureNames) {
    const value = values[name];
    if (value !== undefined) found.set(name, [...(found.get(name) ?? []), value]);
  }
}

function mediansOf(found: ReadonlyMap<FigureName, readonly number[]>): Figures {
  return Object.fromEntries([...found].map(([name, values]) => [name, median(values)]));
}
