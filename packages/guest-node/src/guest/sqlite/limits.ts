import { ArrayPrototypePush, ObjectDefineProperty } from "../past-prototypes.ts";
import { MathMin, NumberIsInteger, ObjectCreate } from "../primordial.ts";
import type { ArgumentChecks } from "./argument-checks.ts";

/** SQLite's limits, as `node:sqlite` calls them, in the order of their numbers. */
const names = [
  "length",
  "sqlLength",
  "column",
  "exprDepth",
  "compoundSelect",
  "vdbeOp",
  "functionArg",
  "attach",
  "likePatternLength",
  "variableNumber",
  "triggerDepth",
] as const;

/** A limit's number and what it is to be. */
export type Limits = readonly (readonly [id: number, value: number])[];

const MOST = 2 ** 31 - 1;

export function readLimits(checks: ArgumentChecks, given: unknown): Limits {
  if (given === undefined) return [];
  const wanted = checks.object(given, "options.limits");
  const limits: (readonly [number, number])[] = [];
  for (let id = 0; id < names.length; id++) {
    const name = names[id] as string;
    const value = wanted[name];
    if (value === undefined) continue;
    const what = `The "options.limits.${name}" argument must be`;
    if (!isLimit(value)) throw checks.invalidType(`${what} a non-negative integer or Infinity.`);
    if (value < 0) throw checks.outOfRange(`${what} non-negative.`);
    ArrayPrototypePush(limits, [id, bounded(value)] as const);
  }
  return limits;
}

/** An object by which a program reads and changes the limits of a connection. */
export function limitsObject(checks: ArgumentChecks, ask: (id: number, value: number) => number): object {
  const limits = ObjectCreate(null);
  for (let id = 0; id < names.length; id++) {
    ObjectDefineProperty(limits, names[id] as string, {
      get: () => ask(id, -1),
      set: (value: unknown) => {
        if (!isLimit(value)) throw checks.invalidType("Limit value must be a non-negative integer or Infinity.");
        if (value < 0) throw checks.outOfRange("Limit value must be non-negative.");
        ask(id, bounded(value));
      },
      enumerable: true,
      configurable: false,
    });
  }
  return limits;
}

function isLimit(value: unknown): value is number {
  return NumberIsInteger(value) || value === Infinity;
}

function bounded(value: number): number {
  return MathMin(value, MOST);
}
