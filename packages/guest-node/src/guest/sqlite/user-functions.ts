import type { Guest } from "../guest.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, ReflectApply } from "../primordial.ts";
import type { UserFunction } from "./callbacks.ts";
import type { Connection } from "./connection.ts";
import type { SqliteEngine } from "./sqlite-engine.ts";
import type { Pointer } from "./sqlite-exports.ts";
import { argumentValue, giveResult } from "./values.ts";

/** Whom SQLite calls a function for: the connection that it works for at the moment. */
type Caller = () => Connection | undefined;

/** What a function of the program's works on. */
export interface FunctionParts {
  readonly guest: Guest;
  readonly engine: SqliteEngine;
  readonly caller: Caller;
  readonly wantsBigInts: boolean;
}

/** What an aggregate is made of. */
export interface AggregateParts {
  readonly start: unknown;
  readonly step: Function;
  readonly inverse: Function | undefined;
  readonly result: Function | undefined;
}

/** What rows have come to so far. */
interface State {
  value: unknown;
  isWindow: boolean;
}

const nothing = (): void => {};

/** A function of the program's that SQLite calls for every row. */
export function scalarFunction(parts: FunctionParts, run: Function): UserFunction {
  return {
    call: (context, count, values) =>
      within(parts, context, () => {
        give(parts, context, ReflectApply(run, undefined, argumentsOf(parts, count, values, [])));
      }),
    inverse: nothing,
    value: nothing,
    final: nothing,
  };
}

/** Functions of the program's by which SQLite comes from rows to one value. What they carry along is kept here. */
export function aggregateFunction(
  parts: FunctionParts,
  { start, step, inverse, result }: AggregateParts,
): UserFunction {
  const states = new Map<number, State>();
  let last = 0;

  const stateOf = (context: Pointer): State => {
    const { sqlite, memory } = parts.engine;
    const at = sqlite.sqlite3_aggregate_context(context, 4);
    if (at === 0) throw new RangeError("Out of SQLite's memory");
    const known = MapPrototypeGet(states, memory.u32(at));
    if (known !== undefined) return known;
    const state = { isWindow: false, value: typeof start === "function" ? ReflectApply(start, undefined, []) : start };
    last += 1;
    memory.setU32(at, last);
    MapPrototypeSet(states, last, state);
    return state;
  };
  const advance = (by: Function) => (context: Pointer, count: number, values: Pointer) =>
    within(parts, context, () => {
      const state = stateOf(context);
      state.value = ReflectApply(by, undefined, argumentsOf(parts, count, values, [state.value]));
    });
  const tell = (context: Pointer): void => {
    const { value } = stateOf(context);
    give(parts, context, result === undefined ? value : ReflectApply(result, undefined, [value]));
  };
  const forget = (context: Pointer): void => {
    const { sqlite, memory } = parts.engine;
    const at = sqlite.sqlite3_aggregate_context(context, 0);
    if (at !== 0) MapPrototypeDelete(states, memory.u32(at));
  };
  return {
    call: advance(step),
    inverse: inverse === undefined ? nothing : advance(inverse),
    value: (context) =>
      within(parts, context, () => {
        stateOf(context).isWindow = true;
        tell(context);
      }),
    final: (context) => {
      // Of a window, every row has been told already.
      within(parts, context, () => {
        if (!stateOf(context).isWindow) tell(context);
      });
      forget(context);
    },
  };
}

/** What is thrown is kept for whoever has called SQLite, and SQLite is told that there is an error. */
function within({ engine, caller }: FunctionParts, context: Pointer, run: () => void): void {
  const connection = caller();
  if (connection === undefined || connection.hasThrown) {
    engine.sqlite.sqlite3_result_error(context, 0, 0);
    return;
  }
  if (!connection.callOut(run)) engine.withText("", (at) => engine.sqlite.sqlite3_result_error(context, at, 0));
}

function give({ guest, engine }: FunctionParts, context: Pointer, value: unknown): void {
  const problem = giveResult(guest, engine, context, value);
  if (problem === undefined) return;
  engine.withText(problem, (at, bytes) => engine.sqlite.sqlite3_result_error(context, at, bytes));
}

function argumentsOf(
  { guest, engine, wantsBigInts }: FunctionParts,
  count: number,
  values: Pointer,
  before: unknown[],
): unknown[] {
  for (let index = 0; index < count; index++) {
    const value = engine.memory.u32(values + 4 * index);
    ArrayPrototypePush(before, argumentValue(guest, engine, value, wantsBigInts));
  }
  return before;
}
