import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, ReflectApply } from "../primordial.ts";
import type { HostFunction } from "../wasm/host-functions.ts";
import type { SqliteExports } from "./sqlite-exports.ts";

/** What SQLite calls for a function of the program's. None of these throws. */
export interface UserFunction {
  call(context: number, count: number, values: number): void;
  inverse(context: number, count: number, values: number): void;
  value(context: number): void;
  final(context: number): void;
}

/** What SQLite asks of whoever uses it at the moment; an answer is a code of SQLite's. None of these throws. */
export interface Listener {
  authorize(action: number, texts: readonly (string | null)[]): number;
  select(table: string): number;
  conflict(kind: number): number;
  /** SQLite has asked so many times already whether to wait for a lock. */
  isToWait(asked: number): boolean;
}

/** Places in SQLite's table of functions. */
export interface CallbackNumbers {
  readonly call: number;
  readonly inverse: number;
  readonly value: number;
  readonly final: number;
  readonly destroy: number;
  readonly authorize: number;
  readonly filter: number;
  readonly conflict: number;
  readonly busy: number;
}

interface Engine {
  readonly sqlite: SqliteExports;
  readonly current: Listener | undefined;
  textAt(at: number): string | null;
}

/** The few functions that SQLite calls, whatever for. */
export class Callbacks {
  readonly #engine: Engine;
  readonly #functions = new Map<number, UserFunction>();
  #last = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Answers the number by which SQLite is to know it, until it says that it needs it no more. */
  add(one: UserFunction): number {
    this.#last += 1;
    MapPrototypeSet(this.#functions, this.#last, one);
    return this.#last;
  }

  get functions(): readonly HostFunction[] {
    const engine = this.#engine;
    const user = (context: number): UserFunction | undefined =>
      MapPrototypeGet(this.#functions, engine.sqlite.sqlite3_user_data(context));
    return [
      says(3, (context = 0, count = 0, values = 0) => user(context)?.call(context, count, values)),
      says(3, (context = 0, count = 0, values = 0) => user(context)?.inverse(context, count, values)),
      says(1, (context = 0) => user(context)?.value(context)),
      says(1, (context = 0) => user(context)?.final(context)),
      says(1, (number = 0) => {
        MapPrototypeDelete(this.#functions, number);
      }),
      answers(6, (_argument = 0, action = 0, a = 0, b = 0, c = 0, d = 0) =>
        engine.current?.authorize(action, [engine.textAt(a), engine.textAt(b), engine.textAt(c), engine.textAt(d)]),
      ),
      answers(2, (_argument = 0, table = 0) => engine.current?.select(engine.textAt(table) ?? "")),
      answers(3, (_argument = 0, kind = 0) => engine.current?.conflict(kind)),
      answers(2, (_argument = 0, asked = 0) => (engine.current?.isToWait(asked) === true ? 1 : 0)),
    ];
  }

  /** Where they are, in the order of {@link functions}. */
  numbered(first: number): CallbackNumbers {
    return {
      call: first,
      inverse: first + 1,
      value: first + 2,
      final: first + 3,
      destroy: first + 4,
      authorize: first + 5,
      filter: first + 6,
      conflict: first + 7,
      busy: first + 8,
    };
  }
}

const SQLITE_ERROR = 1;

function says(parameters: number, call: (...args: number[]) => void): HostFunction {
  const run = (...args: number[]): undefined => {
    ReflectApply(call, undefined, args);
  };
  return { parameters, answers: false, call: (...args) => attempt(run, args) };
}

function answers(parameters: number, call: (...args: number[]) => number | undefined): HostFunction {
  return { parameters, answers: true, call: (...args) => attempt(call, args) ?? SQLITE_ERROR };
}

/** Where the stack has no room left, not even for us, SQLite goes on without an answer. */
function attempt(call: (...args: number[]) => number | undefined, args: number[]): number | undefined {
  try {
    return ReflectApply(call, undefined, args) as number | undefined;
  } catch {
    return undefined;
  }
}
