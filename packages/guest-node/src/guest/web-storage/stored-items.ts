import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, dictionary } from "../past-prototypes.ts";
import {
  ReflectApply,
  ReflectConstruct,
  StringPrototypeIncludes,
  TypedArrayPrototypeGetLength,
} from "../primordial.ts";
import type { Connection } from "../sqlite/connection.ts";
import { databaseOptions } from "../sqlite/database-options.ts";
import { OURS } from "../sqlite/ours.ts";
import { sqliteOf } from "../sqlite/sqlite.ts";
import { StatementSync } from "../sqlite/statement-sync.ts";
import type { SqliteValue } from "../sqlite/values.ts";

type Row = readonly SqliteValue[];

/** What a program may have replaced in the class that it shares with us. */
const { all } = StatementSync.prototype;

/**
 * The tables of Node's own files, which a file of ours can be read by; keys and values are UTF-16, and together no more
 * than 10 MiB.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS nodejs_webstorage (key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (key)) STRICT;
  CREATE TABLE IF NOT EXISTS nodejs_webstorage_state (
    max_size INTEGER NOT NULL DEFAULT 10485760, total_size INTEGER NOT NULL, schema_version INTEGER NOT NULL DEFAULT 0,
    single_row_ INTEGER NOT NULL DEFAULT 1 CHECK (single_row_ = 1), PRIMARY KEY (single_row_)
  ) STRICT;
  INSERT OR IGNORE INTO nodejs_webstorage_state (total_size, schema_version) VALUES (0, 1);
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_insert AFTER INSERT ON nodejs_webstorage BEGIN
    UPDATE nodejs_webstorage_state SET total_size = total_size + length(NEW.key) + length(NEW.value);
    SELECT raise(ABORT, 'QuotaExceeded') FROM nodejs_webstorage_state WHERE total_size > max_size;
  END;
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_update AFTER UPDATE ON nodejs_webstorage BEGIN
    UPDATE nodejs_webstorage_state
      SET total_size = total_size + length(NEW.key) + length(NEW.value) - length(OLD.key) - length(OLD.value);
    SELECT raise(ABORT, 'QuotaExceeded') FROM nodejs_webstorage_state WHERE total_size > max_size;
  END;
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_delete AFTER DELETE ON nodejs_webstorage BEGIN
    UPDATE nodejs_webstorage_state SET total_size = total_size - length(OLD.key) - length(OLD.value);
  END;`;

const GET = "SELECT value FROM nodejs_webstorage WHERE key = ?";
const SET =
  "INSERT INTO nodejs_webstorage (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
const REMOVE = "DELETE FROM nodejs_webstorage WHERE key = ?";
const CLEAR = "DELETE FROM nodejs_webstorage";
const COUNT = "SELECT count(*) FROM nodejs_webstorage";
const KEYS = "SELECT key FROM nodejs_webstorage ORDER BY key";
const KEY_AT = "SELECT key FROM nodejs_webstorage ORDER BY key LIMIT 1 OFFSET ?";

/** What is stored, in the database of one file or in memory; it is opened by its first use. */
export class StoredItems {
  readonly #guest: Guest;
  readonly #location: string;
  readonly #statements = dictionary<StatementSync>();
  #connection: Connection | undefined;

  constructor(guest: Guest, location: string) {
    this.#guest = guest;
    this.#location = location;
  }

  get count(): number {
    return this.#ask(COUNT)[0]?.[0] as number;
  }

  get(key: string): string | null {
    return this.#text(this.#ask(GET, this.#bytes(key))[0]);
  }

  has(key: string): boolean {
    return this.#ask(GET, this.#bytes(key)).length > 0;
  }

  /** @throws a `QuotaExceededError` where it is more than fits */
  set(key: string, value: string): void {
    try {
      this.#ask(SET, this.#bytes(key), this.#bytes(value));
    } catch (error) {
      throw isQuota(error) ? this.#quotaExceeded() : error;
    }
  }

  remove(key: string): void {
    this.#ask(REMOVE, this.#bytes(key));
  }

  clear(): void {
    this.#ask(CLEAR);
  }

  /** In their order, which is that of their bytes; `null` beyond the last. */
  keyAt(index: number): string | null {
    return this.#text(this.#ask(KEY_AT, index)[0]);
  }

  keys(): string[] {
    const rows = this.#ask(KEYS);
    const keys: string[] = [];
    for (let index = 0; index < rows.length; index++) ArrayPrototypePush(keys, this.#text(rows[index]) ?? "");
    return keys;
  }

  #ask(sql: string, ...values: readonly unknown[]): readonly Row[] {
    const connection = this.#open();
    this.#statements[sql] ??= new StatementSync(OURS, connection, connection.prepare(sql), {
      readBigInts: false,
      returnArrays: true,
      allowBareNamedParameters: false,
      allowUnknownNamedParameters: false,
    });
    return ReflectApply(all, this.#statements[sql], values) as readonly Row[];
  }

  #open(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    const sqlite = sqliteOf(this.#guest);
    const connection = sqlite.open(this.#location, databaseOptions(sqlite.checks, { __proto__: null }));
    const { engine, pointer } = connection;
    engine.withText(SCHEMA, (at) => connection.do(() => engine.sqlite.sqlite3_exec(pointer, at, 0, 0, 0)));
    this.#connection = connection;
    return connection;
  }

  #bytes(text: string): Uint8Array {
    const bytes = new Uint8Array(text.length * 2);
    this.#guest.native.buffer.ucs2Write(bytes, text, 0, text.length * 2);
    return bytes;
  }

  #text(row: Row | undefined): string | null {
    const bytes = row?.[0] as Uint8Array | undefined;
    if (bytes === undefined) return null;
    return this.#guest.native.buffer.ucs2Slice(bytes, 0, TypedArrayPrototypeGetLength(bytes));
  }

  #quotaExceeded(): Error {
    const { perContext } = this.#guest;
    const given = ["Setting the value exceeded the quota", "QuotaExceededError"];
    return ReflectConstruct(perContext["DOMException"] as Function, given) as Error;
  }
}

function isQuota(error: unknown): boolean {
  const { message } = error as { readonly message: unknown };
  return typeof message === "string" && StringPrototypeIncludes(message, "QuotaExceeded");
}
