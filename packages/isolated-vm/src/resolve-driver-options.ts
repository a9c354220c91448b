import { availableParallelism } from "node:os";
import { VivariumError } from "@vivarium/core";
import type { CellKind, NodeRuntimeDriverOptions } from "./driver-options.ts";
import { NICENESS } from "./process/process-priority.ts";

export type ResolvedDriverOptions = Required<NodeRuntimeDriverOptions>;

const known = [
  "cells",
  "isolation",
  "confinement",
  "maxCells",
  "guestsPerCell",
  "runsPerCell",
  "waitingCells",
  "cellIdleTimeMs",
  "warmUp",
  "maxGuests",
  "maxQueuedRuns",
  "queueTimeLimitMs",
  "idleTimeMs",
  "niceness",
] as const;

const MOST_WAITING_BY_DEFAULT = 4;
/** As many cells, or guests in one, as no machine has room for that is not made for them. */
const MOST = 1024;
/** What a timer can wait for, in milliseconds: more than three weeks. */
const LONGEST_TIME = 2 ** 31 - 1;

interface NumberRule {
  readonly least: number;
  readonly most: number;
  /** Whether it may be `Infinity`, too. */
  readonly isEndless?: boolean;
}

const rules = {
  maxCells: { least: 1, most: MOST },
  guestsPerCell: { least: 1, most: MOST },
  runsPerCell: { least: 1, most: Number.MAX_SAFE_INTEGER, isEndless: true },
  waitingCells: { least: 0, most: MOST },
  cellIdleTimeMs: { least: 0, most: LONGEST_TIME, isEndless: true },
  maxGuests: { least: 0, most: MOST },
  maxQueuedRuns: { least: 0, most: Number.MAX_SAFE_INTEGER, isEndless: true },
  queueTimeLimitMs: { least: 1, most: LONGEST_TIME, isEndless: true },
  idleTimeMs: { least: 0, most: LONGEST_TIME },
  niceness: NICENESS,
} as const satisfies { readonly [Name in keyof NodeRuntimeDriverOptions]: NumberRule };

type NumberOption = keyof typeof rules;

/**
 * Checks the options and fills in what is missing.
 * @throws VivariumError `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`, `ERR_UNSUPPORTED_CAPABILITY`
 */
export function resolveDriverOptions(options: NodeRuntimeDriverOptions): ResolvedDriverOptions {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new VivariumError("ERR_INVALID_OPTION", { option: "options", wanted: "an object", actual: options });
  }
  for (const option of Object.keys(options)) {
    if (known.some((name) => name === option)) continue;
    throw new VivariumError("ERR_UNKNOWN_OPTION", { option, where: "createNodeRuntimeDriverFactory", known });
  }
  const cores = Math.min(availableParallelism(), MOST);
  const cells = resolveCells(options.cells);
  const isolation = resolveChoice("isolation", options.isolation, ["runtime", "run", "shared"], cells);
  const number = (option: NumberOption, fallback: number): number =>
    resolveNumber(option, options[option], rules[option]) ?? fallback;
  const resolved: ResolvedDriverOptions = {
    cells,
    isolation,
    confinement: resolveChoice("confinement", options.confinement, ["preferred", "required"], cells),
    maxCells: number("maxCells", cores),
    guestsPerCell: number("guestsPerCell", 16),
    runsPerCell: number("runsPerCell", isolation === "run" ? 1 : 1000),
    waitingCells: number("waitingCells", isolation === "shared" ? 0 : Math.min(cores, MOST_WAITING_BY_DEFAULT)),
    cellIdleTimeMs: number("cellIdleTimeMs", 60_000),
    warmUp: resolveSwitch("warmUp", options.warmUp),
    maxGuests: number("maxGuests", 100),
    maxQueuedRuns: number("maxQueuedRuns", 1000),
    queueTimeLimitMs: number("queueTimeLimitMs", Number.POSITIVE_INFINITY),
    idleTimeMs: number("idleTimeMs", 5000),
    niceness: number("niceness", 0),
  };
  refuseWhatIsVoid(options, resolved);
  return resolved;
}

/** What another option makes void is refused: whoever says it expects something of it. */
function refuseWhatIsVoid(given: NodeRuntimeDriverOptions, { cells, isolation, ...own }: ResolvedDriverOptions): void {
  const refuse = (option: keyof NodeRuntimeDriverOptions, wanted: string): never => {
    throw new VivariumError("ERR_INVALID_OPTION", { option, wanted, actual: given[option] });
  };
  if (given.guestsPerCell !== undefined && isolation !== "shared")
    refuse("guestsPerCell", 'no value unless "isolation" is "shared"');
  if (own.runsPerCell !== 1 && isolation === "run") refuse("runsPerCell", 'no value, or 1, as "isolation" is "run"');
  if (own.waitingCells !== 0 && isolation === "shared")
    refuse("waitingCells", 'no value, or 0, as "isolation" is "shared"');
  if (own.warmUp && own.waitingCells === 0 && isolation !== "shared")
    refuse("warmUp", 'no value, or false, as "waitingCells" is 0');
  if (own.niceness > 0 && cells !== "process") refuse("niceness", 'no value, or 0, unless "cells" is "process"');
  if (own.warmUp && cells === "inline") refuse("warmUp", 'no value, or false, as "cells" is "inline"');
}

function resolveCells(cells: unknown): CellKind {
  if (cells === undefined) return "process";
  if (cells === "process" || cells === "worker" || cells === "inline") return cells;
  const wanted = '"process", "worker" or "inline"';
  throw new VivariumError("ERR_INVALID_OPTION", { option: "cells", wanted, actual: cells });
}

/** An option of which process cells alone can keep all but the first choice: nobody must get less than they asked for. */
function resolveChoice<Choice extends string>(
  option: string,
  asked: unknown,
  choices: readonly [Choice, ...Choice[]],
  cells: CellKind,
): Choice {
  const [usual] = choices;
  const choice = asked === undefined ? usual : choices.find((each) => each === asked);
  if (choice === undefined) {
    const names = choices.map((each) => `"${each}"`);
    const wanted = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
    throw new VivariumError("ERR_INVALID_OPTION", { option, wanted, actual: asked });
  }
  if (cells === "process" || choice === usual) return choice;
  throw new VivariumError("ERR_UNSUPPORTED_CAPABILITY", {
    driver: "isolated-vm",
    capability: `${option} "${choice}" in ${cells} cells`,
    alternative: 'set "cells" to "process"',
  });
}

function resolveNumber(
  option: string,
  given: unknown,
  { least, most, isEndless = false }: NumberRule,
): number | undefined {
  if (given === undefined || (isEndless && given === Number.POSITIVE_INFINITY)) return given;
  if (typeof given === "number" && Number.isSafeInteger(given) && given >= least && given <= most) return given;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
  const wanted = `an integer, ${range}${isEndless ? ", or Infinity" : ""}`;
  throw new VivariumError("ERR_INVALID_OPTION", { option, wanted, actual: given });
}

function resolveSwitch(option: string, value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw new VivariumError("ERR_INVALID_OPTION", { option, wanted: "a boolean", actual: value });
}
