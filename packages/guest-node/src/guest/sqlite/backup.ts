import { type Pending, pendingPromise, setOwn, TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { MathMin, ReflectApply, TypedArrayPrototypeGetLength } from "../primordial.ts";
import type { Connection } from "./connection.ts";
import { databaseOptions } from "./database-options.ts";
import { Database } from "./database-sync.ts";
import { OURS } from "./ours.ts";
import type { Sqlite } from "./sqlite.ts";
import { StatementSync } from "./statement-sync.ts";

interface BackupOptions {
  readonly rate: number;
  readonly source: string;
  readonly target: string;
  readonly progress: Function | undefined;
}

const PAGES_AT_A_TIME = 100;
const SQLITE_ERROR = 1;
/** Where the header of a database says whether it has a write-ahead log, twice; 1: it has none. */
const VERSIONS = 18;

/**
 * `backup` of `node:sqlite`: takes a database as it is when the copy begins, and puts it down page by page, in a
 * transaction of the copy's.
 */
export function backupFunction(sqlite: Sqlite): (sourceDb: unknown, path: unknown, ...rest: unknown[]) => unknown {
  const { checks, guest } = sqlite;
  return function backup(sourceDb, path, ...rest) {
    const source = Database.connectionOf(sourceDb, sqlite);
    const location = checks.location(path);
    const given = checks.options(rest.length > 0 ? rest[0] : undefined);
    const options: BackupOptions = {
      rate: checks.integer(given, "rate", PAGES_AT_A_TIME),
      source: checks.text(given, "source", "main"),
      target: checks.text(given, "target", "main"),
      progress: checks.callback(given, "progress"),
    };
    const pending = pendingPromise<number>();
    guest.loop.post(() => {
      try {
        // Pages are written as they are.
        const target = sqlite.open(location, databaseOptions(checks, { defensive: false }));
        copy(sqlite, source, target, options, pending);
      } catch (error) {
        pending.reject(error);
      }
    });
    return pending.promise;
  };
}

function copy(
  sqlite: Sqlite,
  source: Connection,
  target: Connection,
  options: BackupOptions,
  pending: Pending<number>,
): void {
  const end = (): void => {
    sqlite.forget(target);
    target.close();
  };
  /** Takes one step; whatever goes wrong ends it all. */
  const step = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      pending.reject(error);
      end();
    }
  };
  step(() => {
    const bytes = snapshot(source, options.source);
    if (schemaOf(target, options.target) === undefined) throw unknownDatabase(target, options.target);
    const pageSize = pageSizeOf(bytes);
    const total = TypedArrayPrototypeGetLength(bytes) / pageSize;
    const insert = beginCopy(target, options.target, pageSize, total);
    let done = 0;
    const next = (): void => {
      const until = options.rate > 0 ? MathMin(done + options.rate, total) : total;
      for (; done < until; done++) {
        insert.run(
          done + 1,
          TypedArrayPrototypeSubarray(bytes, done * pageSize, (done + 1) * pageSize),
          options.target,
        );
      }
      if (done < total) {
        const { progress } = options;
        if (progress !== undefined) {
          ReflectApply(progress, undefined, [{ totalPages: total, remainingPages: total - done }]);
        }
        sqlite.guest.loop.post(() => step(next));
        return;
      }
      statement(target, "COMMIT").run();
      end();
      pending.resolve(total);
    };
    next();
  });
}

/** The bytes of a database, without a write-ahead log of its own. */
function snapshot(source: Connection, name: string): Uint8Array {
  if (!source.isOpen) throw source.checks.invalidState("database is not open");
  if (schemaOf(source, name) === undefined) throw unknownDatabase(source, name);
  const bytes = Database.bytesOf(source, name);
  bytes[VERSIONS] = 1;
  bytes[VERSIONS + 1] = 1;
  return bytes;
}

function pageSizeOf(bytes: Uint8Array): number {
  const size = ((bytes[16] as number) << 8) | (bytes[17] as number);
  return size === 1 ? 65_536 : size;
}

/** Makes the copy ready for pages of that size; answers what puts one down. */
function beginCopy(target: Connection, name: string, pageSize: number, total: number): StatementSync {
  const number = (pragma: string): number => (statement(target, `PRAGMA ${pragma}`).all()[0] as number[])[0] as number;
  statement(target, `PRAGMA page_size = ${pageSize}`).run();
  const before = number("page_count");
  if (before > 0 && number("page_size") !== pageSize) statement(target, "VACUUM").run();
  statement(target, "BEGIN IMMEDIATE").run();
  const insert = statement(target, "INSERT INTO sqlite_dbpage (pgno, data, schema) VALUES (?, ?, ?)");
  if (number("page_count") > total) insert.run(total + 1, null, name);
  return insert;
}

function statement(connection: Connection, sql: string): StatementSync {
  const options = { ...databaseOptions(connection.checks, {}).statements, returnArrays: true };
  return new StatementSync(OURS, connection, connection.prepare(sql), options);
}

/** The file of an attached database, "" for one in memory; `undefined`: there is none of that name. */
function schemaOf({ engine, pointer }: Connection, name: string): string | undefined {
  return engine.withText(name, (at) => engine.textAt(engine.sqlite.sqlite3_db_filename(pointer, at)) ?? undefined);
}

function unknownDatabase(connection: Connection, name: string): Error {
  const error = connection.plainError(`unknown database ${name}`);
  setOwn(error, "errcode", SQLITE_ERROR);
  setOwn(error, "errstr", "SQL logic error");
  return error;
}
