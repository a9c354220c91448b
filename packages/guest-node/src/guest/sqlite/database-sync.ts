import { setOwn, TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import { NumberIsInteger, SymbolFor, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { unimplemented } from "../unimplemented.ts";
import type { Connection } from "./connection.ts";
import { type DatabaseOptions, databaseOptions, statementOptions } from "./database-options.ts";
import { limitsObject } from "./limits.ts";
import { OURS } from "./ours.ts";
import { defineGetters, showMethods } from "./own-getters.ts";
import { Session } from "./session.ts";
import type { Sqlite } from "./sqlite.ts";
import { StatementSync } from "./statement-sync.ts";
import { SQLTagStore } from "./tag-store.ts";
import { aggregateFunction, type FunctionParts, scalarFunction } from "./user-functions.ts";

const TYPE = SymbolFor("sqlite-type");
const UTF8 = 0x1;
const DETERMINISTIC = 0x800;
const DIRECT_ONLY = 0x8_0000;
const SQLITE_ABORT = 4;
const DEFENSIVE = 1010;
/** Bytes that are SQLite's to free and to make more. */
const OWNED = 1 | 2;
const TAGS = 1000;

/** A database, as `node:sqlite` shows it. It is made by way of {@link databaseClass}. */
export class Database {
  readonly #sqlite: Sqlite;
  readonly #location: string;
  readonly #options: DatabaseOptions;
  #connection: Connection | undefined;
  #limits: object | undefined;
  #mayLoad: boolean;

  constructor(sqlite: Sqlite, path: unknown, options: Readonly<Record<string, unknown>>) {
    this.#sqlite = sqlite;
    this.#location = sqlite.checks.location(path);
    this.#options = databaseOptions(sqlite.checks, options);
    this.#mayLoad = this.#options.allowExtension;
    defineGetters(this, {
      isOpen: () => this.#connection !== undefined,
      isTransaction: () => {
        const { engine, pointer } = this.#open();
        return engine.sqlite.sqlite3_get_autocommit(pointer) === 0;
      },
      limits: () => {
        this.#open();
        this.#limits ??= limitsObject(sqlite.checks, (id, value) => {
          const { engine, pointer } = this.#open();
          return engine.sqlite.sqlite3_limit(pointer, id, value);
        });
        return this.#limits;
      },
    });
    setOwn(this, TYPE, "node:sqlite");
    if (this.#options.open) this.open();
  }

  /** What a backup is taken of. */
  static connectionOf(database: unknown, sqlite: Sqlite): Connection {
    if (typeof database !== "object" || database === null || !(#connection in database)) {
      throw sqlite.checks.invalidType('The "sourceDb" argument must be an object.');
    }
    return database.#open();
  }

  /** All of an attached database, as a file of it would be. */
  static bytesOf(connection: Connection, name: string): Uint8Array {
    const { engine, pointer } = connection;
    const { memory, slot, sqlite } = engine;
    return engine.withText(name, (at) => {
      const data = connection.enter(() => sqlite.sqlite3_serialize(pointer, at, slot, 0));
      if (data === 0) throw connection.error();
      const bytes = TypedArrayPrototypeSlice(memory.view(data, memory.u32(slot)));
      sqlite.sqlite3_free(data);
      return bytes;
    });
  }

  open(): void {
    if (this.#connection !== undefined) throw this.#sqlite.checks.invalidState("database is already open");
    this.#connection = this.#sqlite.open(this.#location, this.#options);
  }

  close(): void {
    const connection = this.#open();
    connection.refuseWithin();
    this.#connection = undefined;
    this.#sqlite.forget(connection);
    connection.close();
  }

  prepare(sql: unknown, given?: unknown): StatementSync {
    const connection = this.#open();
    const { checks } = connection;
    const text = checks.string(sql, "sql");
    const options = statementOptions(checks, checks.options(given), this.#options.statements);
    return new StatementSync(OURS, connection, connection.prepare(text), options);
  }

  exec(sql: unknown): void {
    const connection = this.#open();
    const { engine, pointer } = connection;
    const text = connection.checks.string(sql, "sql");
    engine.withText(text, (at) => connection.do(() => engine.sqlite.sqlite3_exec(pointer, at, 0, 0, 0)));
  }

  function(name: unknown, ...rest: unknown[]): void {
    const connection = this.#open();
    const { checks, engine, pointer } = connection;
    const text = checks.string(name, "name");
    const hasOptions = rest.length > 1;
    const run = rest[hasOptions ? 1 : 0];
    const options = hasOptions ? checks.object(rest[0], "options") : {};
    const wantsBigInts = checks.flag(options, "useBigIntArguments", false);
    const varargs = checks.flag(options, "varargs", false);
    const deterministic = checks.flag(options, "deterministic", false);
    const flags = functionFlags(deterministic, checks.flag(options, "directOnly", false));
    const called = checks.function(run, "function");
    const count = varargs ? -1 : countOf(called);
    const number = engine.callbacks.add(scalarFunction(this.#parts(connection, wantsBigInts), called));
    const { call, destroy } = engine.numbers;
    engine.withText(text, (at) =>
      connection.do(() =>
        engine.sqlite.sqlite3_create_function_v2(pointer, at, count, flags, number, call, 0, 0, destroy),
      ),
    );
  }

  aggregate(name: unknown, options: Readonly<Record<string, unknown>>): void {
    const connection = this.#open();
    const { checks, engine, pointer } = connection;
    const text = checks.string(name, "name");
    const { start } = options;
    if (start === undefined) {
      throw checks.invalidType('The "options.start" argument must be a function or a primitive value.');
    }
    const step = checks.function(options["step"], "options.step");
    const result = checks.callback(options, "result");
    const wantsBigInts = checks.flag(options, "useBigIntArguments", false);
    const varargs = checks.flag(options, "varargs", false);
    const flags = functionFlags(false, checks.flag(options, "directOnly", false));
    const inverse = checks.callback(options, "inverse");
    const longest = inverse !== undefined && countOf(inverse) > countOf(step) ? inverse : step;
    const count = varargs ? -1 : countOf(longest) > 0 ? countOf(longest) - 1 : 0;
    const made = aggregateFunction(this.#parts(connection, wantsBigInts), { start, step, inverse, result });
    const number = engine.callbacks.add(made);
    const { call, final, value, inverse: back, destroy } = engine.numbers;
    const create = engine.sqlite.sqlite3_create_window_function;
    const window = inverse === undefined ? { value: 0, back: 0 } : { value, back };
    engine.withText(text, (at) =>
      connection.do(() => create(pointer, at, count, flags, number, call, final, window.value, window.back, destroy)),
    );
  }

  location(name: unknown = "main"): string | null {
    const { engine, pointer, checks } = this.#open();
    return engine.withText(checks.string(name, "dbName"), (at) => {
      const path = engine.textAt(engine.sqlite.sqlite3_db_filename(pointer, at));
      return path === "" ? null : path;
    });
  }

  createTagStore(size: unknown = TAGS): SQLTagStore {
    const { checks } = this.#open();
    const message = 'The "maxSize" argument must be a positive integer.';
    if (!NumberIsInteger(size)) throw checks.invalidType(message);
    if ((size as number) <= 0) throw checks.outOfRange(message);
    return new SQLTagStore(OURS, {
      database: this,
      capacity: size as number,
      checks,
      prepare: (sql) => {
        const connection = this.#open();
        return new StatementSync(OURS, connection, connection.prepare(sql), { ...this.#options.statements });
      },
      assertOpen: () => void this.#open(),
    });
  }

  createSession(given?: unknown): Session {
    const connection = this.#open();
    const options = connection.checks.options(given);
    const table = connection.checks.text(options, "table", undefined);
    return new Session(OURS, connection, { table, db: connection.checks.text(options, "db", "main") });
  }

  applyChangeset(changeset: unknown, given?: unknown): boolean {
    const connection = this.#open();
    const { checks, engine, pointer } = connection;
    const bytes = checks.bytes(changeset, "changeset");
    const options = checks.options(given);
    const onConflict = checks.callback(options, "onConflict");
    const filter = checks.callback(options, "filter");
    const { filter: asks, conflict } = engine.numbers;
    const before = connection.applying;
    connection.applying = { filter, onConflict };
    try {
      const code = engine.withBytes(bytes, (at, length) =>
        connection.enter(() => engine.sqlite.sqlite3changeset_apply(pointer, length, at, asks, conflict, 0)),
      );
      if (code !== 0 && code !== SQLITE_ABORT) throw connection.errorOf(code);
      return code === 0;
    } finally {
      connection.applying = before;
    }
  }

  enableLoadExtension(allow: unknown): void {
    const { checks } = this.#open();
    const isAllowed = checks.boolean(allow, "allow");
    if (isAllowed && !this.#options.allowExtension) {
      throw checks.invalidState("Cannot enable extension loading because it was disabled at database creation.");
    }
    this.#mayLoad = isAllowed;
  }

  enableDefensive(active: unknown): void {
    const { checks, engine, pointer } = this.#open();
    engine.sqlite.sqlite3__wasm_db_config_ip(pointer, DEFENSIVE, checks.boolean(active, "active") ? 1 : 0, 0);
  }

  loadExtension(path: unknown): void {
    const { checks } = this.#open();
    if (!this.#mayLoad) throw checks.invalidState("extension loading is not allowed");
    checks.string(path, "path");
    // Extensions are libraries of the system.
    throw unimplemented("sqlite", "DatabaseSync.loadExtension");
  }

  serialize(name: unknown = "main"): Uint8Array {
    const connection = this.#open();
    return Database.bytesOf(connection, connection.checks.string(name, "dbName"));
  }

  deserialize(buffer: unknown, given?: unknown): void {
    const connection = this.#open();
    const { checks, engine, pointer } = connection;
    const { sqlite, memory } = engine;
    const bytes = checks.bytes(buffer, "buffer");
    const length = TypedArrayPrototypeGetLength(bytes);
    if (length === 0) throw checks.invalidValue('The "buffer" argument must not be empty.');
    const name = checks.text(checks.options(given), "dbName", "main");
    connection.finalizeAll();
    const data = sqlite.sqlite3_malloc(length);
    if (data === 0) throw new RangeError("Out of SQLite's memory");
    memory.write(data, bytes);
    const size = BigInt(length);
    engine.withText(name, (at) =>
      connection.do(() => sqlite.sqlite3_deserialize(pointer, at, data, size, size, OWNED)),
    );
  }

  setAuthorizer(callback: unknown): void {
    const connection = this.#open();
    const { checks, engine, pointer } = connection;
    if (callback !== null && typeof callback !== "function") {
      throw checks.invalidType('The "callback" argument must be a function or null.');
    }
    connection.authorizer = callback ?? undefined;
    const number = callback === null ? 0 : engine.numbers.authorize;
    connection.do(() => engine.sqlite.sqlite3_set_authorizer(pointer, number, 0));
  }

  [Symbol.dispose](): void {
    if (this.#connection !== undefined) this.close();
  }

  #open(): Connection {
    if (this.#connection === undefined) throw this.#sqlite.checks.invalidState("database is not open");
    return this.#connection;
  }

  #parts({ guest, engine }: Connection, wantsBigInts: boolean): FunctionParts {
    return { guest, engine, caller: this.#sqlite.caller, wantsBigInts };
  }
}

function functionFlags(deterministic: boolean, directOnly: boolean): number {
  return UTF8 | (deterministic ? DETERMINISTIC : 0) | (directOnly ? DIRECT_ONLY : 0);
}

/** How many arguments a function says that it takes. */
function countOf(called: Function): number {
  const { length } = called as { readonly length: unknown };
  return typeof length === "number" ? length | 0 : 0;
}

showMethods(Database.prototype, [
  "open",
  "close",
  "prepare",
  "exec",
  "function",
  "createTagStore",
  "location",
  "aggregate",
  "createSession",
  "applyChangeset",
  "enableLoadExtension",
  "enableDefensive",
  "loadExtension",
  "serialize",
  "deserialize",
  "setAuthorizer",
]);
