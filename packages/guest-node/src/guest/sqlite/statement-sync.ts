import { ArrayPrototypePush, dictionary } from "../past-prototypes.ts";
import { MapPrototypeGet, MapPrototypeSet, ObjectKeys, StringPrototypeSlice } from "../primordial.ts";
import { type Connection, expandedText, type Prepared } from "./connection.ts";
import { OURS, onlyOurs } from "./ours.ts";
import { defineGetters, showMethods } from "./own-getters.ts";
import type { Pointer } from "./sqlite-exports.ts";
import { StatementSyncIterator } from "./statement-iterator.ts";
import { bindValue, blobBytes, columnValue, integerOf, type SqliteValue } from "./values.ts";

const SQLITE_ROW = 100;
const SQLITE_DONE = 101;

/** How a statement takes parameters and tells rows. */
export interface StatementOptions {
  readBigInts: boolean;
  returnArrays: boolean;
  allowBareNamedParameters: boolean;
  allowUnknownNamedParameters: boolean;
}

export type Row = Record<string, SqliteValue> | SqliteValue[];

/** A prepared statement, as `node:sqlite` shows it. */
export class StatementSync {
  readonly #connection: Connection;
  readonly #prepared: Prepared;
  readonly #options: StatementOptions;
  #bare: Map<string, string> | undefined;
  #generation = 0;

  constructor(token: unknown, connection: Connection, prepared: Prepared, options: StatementOptions) {
    onlyOurs(token);
    this.#connection = connection;
    this.#prepared = prepared;
    this.#options = options;
    defineGetters(this, {
      sourceSQL: () => {
        this.#live();
        return prepared.sql;
      },
      expandedSQL: () => {
        this.#live();
        return prepared.pointer === 0 ? prepared.expanded : expandedText(connection.engine, prepared.pointer);
      },
    });
  }

  iterate(...args: unknown[]): StatementSyncIterator<Row> {
    this.#begin(args);
    this.#prepared.busy += 1;
    const generation = this.#generation;
    return new StatementSyncIterator(OURS, {
      next: () => {
        this.#live();
        if (generation !== this.#generation) throw this.#connection.checks.invalidState("iterator was invalidated");
        return this.#advance() ? this.#row() : undefined;
      },
      end: () => {
        this.#prepared.busy -= 1;
        if (generation === this.#generation && !this.#prepared.isFinalized) this.#reset();
      },
    });
  }

  all(...args: unknown[]): Row[] {
    return this.#run(args, () => {
      const rows: Row[] = [];
      while (this.#advance()) ArrayPrototypePush(rows, this.#row());
      return rows;
    });
  }

  get(...args: unknown[]): Row | undefined {
    return this.#run(args, () => (this.#advance() ? this.#row() : undefined));
  }

  run(...args: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#run(args, () => {
      while (this.#advance());
      const { guest, engine, pointer } = this.#connection;
      const { sqlite } = engine;
      const { readBigInts } = this.#options;
      return {
        changes: integerOf(guest, sqlite.sqlite3_changes64(pointer), readBigInts),
        lastInsertRowid: integerOf(guest, sqlite.sqlite3_last_insert_rowid(pointer), readBigInts),
      };
    });
  }

  columns(): Record<string, string | null>[] {
    const { engine } = this.#connection;
    const pointer = this.#connection.ready(this.#prepared);
    const { sqlite } = engine;
    const columns: Record<string, string | null>[] = [];
    const count = sqlite.sqlite3_column_count(pointer);
    for (let index = 0; index < count; index++) {
      const column = dictionary<string | null>();
      column["column"] = engine.textAt(sqlite.sqlite3_column_origin_name(pointer, index));
      column["database"] = engine.textAt(sqlite.sqlite3_column_database_name(pointer, index));
      column["name"] = engine.textAt(sqlite.sqlite3_column_name(pointer, index));
      column["table"] = engine.textAt(sqlite.sqlite3_column_table_name(pointer, index));
      column["type"] = engine.textAt(sqlite.sqlite3_column_decltype(pointer, index));
      ArrayPrototypePush(columns, column);
    }
    return columns;
  }

  setAllowBareNamedParameters(value: unknown): void {
    this.#live();
    this.#options.allowBareNamedParameters = this.#connection.checks.boolean(value, "allowBareNamedParameters");
  }

  setAllowUnknownNamedParameters(value: unknown): void {
    this.#live();
    this.#options.allowUnknownNamedParameters = this.#connection.checks.boolean(value, "enabled");
  }

  setReadBigInts(value: unknown): void {
    this.#live();
    this.#options.readBigInts = this.#connection.checks.boolean(value, "readBigInts");
  }

  setReturnArrays(value: unknown): void {
    this.#live();
    this.#options.returnArrays = this.#connection.checks.boolean(value, "returnArrays");
  }

  /** Whether it may be run again. */
  static isLive(statement: StatementSync): boolean {
    return !statement.#prepared.isFinalized;
  }

  #live(): void {
    if (this.#prepared.isFinalized) throw this.#connection.checks.invalidState("statement has been finalized");
  }

  #run<Result>(args: readonly unknown[], work: () => Result): Result {
    this.#begin(args);
    this.#prepared.busy += 1;
    try {
      return work();
    } finally {
      this.#prepared.busy -= 1;
      if (!this.#connection.engine.isBroken) this.#reset();
    }
  }

  #begin(args: readonly unknown[]): void {
    const connection = this.#connection;
    const pointer = connection.ready(this.#prepared);
    // SQLite would lose its place in what it is doing, if that has called the program.
    if (this.#prepared.busy > 0) connection.refuseWithin();
    this.#generation += 1;
    // What it says is about the run before.
    connection.enter(() => connection.engine.sqlite.sqlite3_reset(pointer));
    connection.do(() => connection.engine.sqlite.sqlite3_clear_bindings(pointer));
    this.#bind(pointer, args);
  }

  #reset(): void {
    const { sqlite } = this.#connection.engine;
    sqlite.sqlite3_reset(this.#prepared.pointer);
  }

  #advance(): boolean {
    const connection = this.#connection;
    const code = connection.enter(() => connection.engine.sqlite.sqlite3_step(this.#prepared.pointer));
    if (code === SQLITE_ROW) return true;
    if (code === SQLITE_DONE) return false;
    throw connection.error();
  }

  #row(): Row {
    const { guest, engine } = this.#connection;
    const { pointer } = this.#prepared;
    const { readBigInts, returnArrays } = this.#options;
    const count = engine.sqlite.sqlite3_column_count(pointer);
    if (returnArrays) {
      const values: SqliteValue[] = [];
      for (let index = 0; index < count; index++) {
        ArrayPrototypePush(values, columnValue(guest, engine, pointer, index, readBigInts));
      }
      return values;
    }
    const row = dictionary<SqliteValue>();
    for (let index = 0; index < count; index++) {
      const name = engine.textAt(engine.sqlite.sqlite3_column_name(pointer, index)) ?? "";
      row[name] = columnValue(guest, engine, pointer, index, readBigInts);
    }
    return row;
  }

  #bind(pointer: Pointer, args: readonly unknown[]): void {
    const first = args.length > 0 ? args[0] : undefined;
    const hasNames =
      typeof first === "object" && first !== null && blobBytes(this.#connection.guest, first) === undefined;
    if (hasNames) this.#bindNames(pointer, first as Readonly<Record<string, unknown>>);
    let index = 1;
    for (let next = hasNames ? 1 : 0; next < args.length; next++) {
      while (this.#parameterName(pointer, index) !== null && !this.#isNumbered(pointer, index)) index += 1;
      this.#bindOne(pointer, index, args[next]);
      index += 1;
    }
  }

  #bindNames(pointer: Pointer, values: Readonly<Record<string, unknown>>): void {
    const { allowBareNamedParameters, allowUnknownNamedParameters } = this.#options;
    if (allowBareNamedParameters) this.#bare ??= this.#bareNames(pointer);
    const keys = ObjectKeys(values);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      let place = this.#parameterIndex(pointer, key);
      const full = place === 0 && allowBareNamedParameters && this.#bare && MapPrototypeGet(this.#bare, key);
      if (full) place = this.#parameterIndex(pointer, full);
      if (place === 0) {
        if (allowUnknownNamedParameters) continue;
        throw this.#connection.checks.invalidState(`Unknown named parameter '${key}'`);
      }
      this.#bindOne(pointer, place, values[key]);
    }
  }

  #bareNames(pointer: Pointer): Map<string, string> {
    const names = new Map<string, string>();
    const count = this.#connection.engine.sqlite.sqlite3_bind_parameter_count(pointer);
    for (let index = 1; index <= count; index++) {
      const full = this.#parameterName(pointer, index);
      if (full === null) continue;
      const bare = StringPrototypeSlice(full, 1);
      const known = MapPrototypeGet(names, bare);
      if (known !== undefined && known !== full) {
        throw this.#connection.checks.invalidState(
          `Cannot create bare named parameter '${bare}' because of conflicting names '${known}' and '${full}'.`,
        );
      }
      MapPrototypeSet(names, bare, full);
    }
    return names;
  }

  #bindOne(pointer: Pointer, index: number, value: unknown): void {
    const connection = this.#connection;
    const code = bindValue(connection.guest, connection.engine, pointer, index, value);
    if (code === undefined) {
      throw connection.checks.invalidType(`Provided value cannot be bound to SQLite parameter ${index}.`);
    }
    if (code !== 0) throw connection.error();
  }

  #parameterIndex(pointer: Pointer, name: string): number {
    const { engine } = this.#connection;
    return engine.withText(name, (at) => engine.sqlite.sqlite3_bind_parameter_index(pointer, at));
  }

  #parameterName(pointer: Pointer, index: number): string | null {
    const { engine } = this.#connection;
    return engine.textAt(engine.sqlite.sqlite3_bind_parameter_name(pointer, index));
  }

  /** Parameters like `?2` have a name, too, and are bound by their place. */
  #isNumbered(pointer: Pointer, index: number): boolean {
    return StringPrototypeSlice(this.#parameterName(pointer, index) ?? "", 0, 1) === "?";
  }
}

showMethods(StatementSync.prototype, [
  "iterate",
  "all",
  "get",
  "run",
  "columns",
  "setAllowBareNamedParameters",
  "setAllowUnknownNamedParameters",
  "setReadBigInts",
  "setReturnArrays",
]);
