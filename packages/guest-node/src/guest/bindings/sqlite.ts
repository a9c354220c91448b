import type { Binding, Guest } from "../guest.ts";
import { ObjectDefineProperty } from "../past-prototypes.ts";
import { ReflectConstruct } from "../primordial.ts";
import { backupFunction } from "../sqlite/backup.ts";
import { Database } from "../sqlite/database-sync.ts";
import { Session } from "../sqlite/session.ts";
import { sqliteOf } from "../sqlite/sqlite.ts";
import { StatementSync } from "../sqlite/statement-sync.ts";

/** SQLite: databases in memory, and in the guest's own files. */
export function sqliteBinding(guest: Guest): Binding {
  const sqlite = sqliteOf(guest);
  function DatabaseSync(this: unknown, ...args: unknown[]): object {
    if (new.target === undefined) {
      const message = "Cannot call constructor without `new`";
      throw guest.errors.coded("TypeError", "ERR_CONSTRUCT_CALL_REQUIRED", message);
    }
    const options = args.length > 1 ? sqlite.checks.object(args[1], "options") : {};
    return ReflectConstruct(Database, [sqlite, args[0], options], new.target) as object;
  }
  ObjectDefineProperty(DatabaseSync, "prototype", { value: Database.prototype, writable: false });
  ObjectDefineProperty(Database.prototype, "constructor", { value: DatabaseSync });
  return { __proto__: null, DatabaseSync, StatementSync, Session, backup: backupFunction(sqlite) };
}
