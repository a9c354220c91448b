import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, removeAt } from "../past-prototypes.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet, WeakRefPrototypeDeref } from "../primordial.ts";
import { ArgumentChecks } from "./argument-checks.ts";
import { Connection } from "./connection.ts";
import type { DatabaseOptions } from "./database-options.ts";
import { SqliteEngine } from "./sqlite-engine.ts";
import type { Pointer } from "./sqlite-exports.ts";

const READ_ONLY = 0x1;
const READ_WRITE = 0x2;
const CREATE = 0x4;
const URI = 0x40;
const FOREIGN_KEYS = 1002;
const DEFENSIVE = 1010;
const DOUBLE_QUOTED_IN_CHANGES = 1013;
const DOUBLE_QUOTED_IN_SCHEMAS = 1014;
/** SQLite's files with locks as POSIX has them. */
const SYSTEM = "unix";
/** Node's SQLite has this, and a new file gets it. */
const PAGE_SIZE = "PRAGMA page_size = 4096";

interface Opened {
  readonly connection: WeakRef<Connection>;
  readonly engine: SqliteEngine;
  readonly pointer: Pointer;
}

/** A guest's SQLite: one instance for all of its databases, made by the first of them. */
export class Sqlite {
  readonly guest: Guest;
  readonly checks: ArgumentChecks;
  readonly #opened: Opened[] = [];
  #engine: SqliteEngine | undefined;

  constructor(guest: Guest) {
    this.guest = guest;
    this.checks = new ArgumentChecks(guest);
  }

  /** Who uses SQLite at the moment. */
  readonly caller = (): Connection | undefined => this.#engine?.current as Connection | undefined;

  open(location: string, options: DatabaseOptions): Connection {
    this.#sweep();
    const engine = this.#running();
    const flags = URI | (options.readOnly ? READ_ONLY : READ_WRITE | CREATE);
    const code = engine.withText(location, (path) =>
      engine.withText(SYSTEM, (system) => engine.sqlite.sqlite3_open_v2(path, engine.slot, flags, system)),
    );
    const pointer = engine.memory.u32(engine.slot);
    const connection = new Connection(this.guest, engine, pointer, options.timeoutMs);
    if (code !== 0) {
      const error = connection.error();
      engine.sqlite.sqlite3_close_v2(pointer);
      throw error;
    }
    ArrayPrototypePush(this.#opened, { connection: new WeakRef(connection), engine, pointer });
    this.#configure(connection, options);
    return connection;
  }

  /** A connection that has been closed, or is to be. */
  forget(connection: Connection): void {
    for (let index = this.#opened.length - 1; index >= 0; index--) {
      const { pointer, engine } = this.#opened[index] as Opened;
      if (pointer === connection.pointer && engine === connection.engine) removeAt(this.#opened, index);
    }
  }

  #configure(connection: Connection, options: DatabaseOptions): void {
    const { engine, pointer } = connection;
    const set = (option: number, value: boolean): void => {
      engine.sqlite.sqlite3__wasm_db_config_ip(pointer, option, value ? 1 : 0, 0);
    };
    set(FOREIGN_KEYS, options.enableForeignKeyConstraints);
    set(DOUBLE_QUOTED_IN_CHANGES, options.enableDoubleQuotedStringLiterals);
    set(DOUBLE_QUOTED_IN_SCHEMAS, options.enableDoubleQuotedStringLiterals);
    engine.withText(PAGE_SIZE, (sql) => engine.sqlite.sqlite3_exec(pointer, sql, 0, 0, 0));
    set(DEFENSIVE, options.defensive);
    for (let index = 0; index < options.limits.length; index++) {
      const limit = options.limits[index] as readonly [number, number];
      engine.sqlite.sqlite3_limit(pointer, limit[0], limit[1]);
    }
  }

  #running(): SqliteEngine {
    if (this.#engine !== undefined && !this.#engine.isBroken) return this.#engine;
    const length = this.guest.calls.sync("library.file", "sqlite3.wasm");
    if (typeof length !== "number" || length < 0) throw new Error("SQLite is not there");
    this.#engine = new SqliteEngine(this.guest, this.guest.calls.payload(length));
    return this.#engine;
  }

  /** Closes what no program can reach any more. */
  #sweep(): void {
    for (let index = this.#opened.length - 1; index >= 0; index--) {
      const { connection, engine, pointer } = this.#opened[index] as Opened;
      if (WeakRefPrototypeDeref(connection) !== undefined) continue;
      removeAt(this.#opened, index);
      if (!engine.isBroken) abandon(engine, pointer);
    }
  }
}

function abandon({ sqlite }: SqliteEngine, pointer: Pointer): void {
  for (let one = sqlite.sqlite3_next_stmt(pointer, 0); one !== 0; one = sqlite.sqlite3_next_stmt(pointer, 0)) {
    sqlite.sqlite3_finalize(one);
  }
  sqlite.sqlite3_close_v2(pointer);
}

const known = new WeakMap<Guest, Sqlite>();

export function sqliteOf(guest: Guest): Sqlite {
  let sqlite = WeakMapPrototypeGet(known, guest);
  if (sqlite === undefined) {
    sqlite = new Sqlite(guest);
    WeakMapPrototypeSet(known, guest, sqlite);
  }
  return sqlite;
}
