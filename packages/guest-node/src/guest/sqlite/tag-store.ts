import { ArrayPrototypePush, removeAt } from "../past-prototypes.ts";
import { ArrayIsArray, ReflectApply } from "../primordial.ts";
import type { ArgumentChecks } from "./argument-checks.ts";
import { onlyOurs } from "./ours.ts";
import { defineGetters, showMethods } from "./own-getters.ts";
import type { StatementSyncIterator } from "./statement-iterator.ts";
import { type Row, StatementSync } from "./statement-sync.ts";

/** What a store of statements is of. */
export interface TagStoreParts {
  readonly database: object;
  readonly capacity: number;
  readonly checks: ArgumentChecks;
  /** @throws when the database is closed */
  prepare(sql: string): StatementSync;
  assertOpen(): void;
}

interface Stored {
  readonly sql: string;
  readonly statement: StatementSync;
}

/** Statements by the template that they were written as; the ones that were used last are kept. */
export class SQLTagStore {
  readonly #parts: TagStoreParts;
  /** The one that was used last comes last. */
  readonly #stored: Stored[] = [];

  constructor(token: unknown, parts: TagStoreParts) {
    onlyOurs(token);
    this.#parts = parts;
    defineGetters(this, {
      capacity: () => parts.capacity,
      db: () => parts.database,
      size: () => this.#stored.length,
    });
  }

  get(...template: unknown[]): Row | undefined {
    return ReflectApply(get, this.#statement(template), values(template)) as Row | undefined;
  }

  all(...template: unknown[]): Row[] {
    return ReflectApply(all, this.#statement(template), values(template)) as Row[];
  }

  iterate(...template: unknown[]): StatementSyncIterator<Row> {
    return ReflectApply(iterate, this.#statement(template), values(template)) as StatementSyncIterator<Row>;
  }

  run(...template: unknown[]): unknown {
    return ReflectApply(run, this.#statement(template), values(template));
  }

  clear(): void {
    this.#stored.length = 0;
  }

  #statement(template: readonly unknown[]): StatementSync {
    const { checks, capacity } = this.#parts;
    this.#parts.assertOpen();
    const parts = template.length > 0 ? template[0] : undefined;
    if (!ArrayIsArray(parts)) throw checks.invalidType(NO_TEMPLATE);
    let sql = "";
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index];
      if (typeof part !== "string") throw checks.invalidType("Template literal parts must be strings.");
      sql += index === 0 ? part : `?${part}`;
    }
    const known = this.#take(sql);
    const statement = known ?? this.#parts.prepare(sql);
    if (this.#stored.length >= capacity) removeAt(this.#stored, 0);
    ArrayPrototypePush(this.#stored, { sql, statement });
    return statement;
  }

  #take(sql: string): StatementSync | undefined {
    for (let index = this.#stored.length - 1; index >= 0; index--) {
      const stored = this.#stored[index] as Stored;
      if (stored.sql !== sql) continue;
      removeAt(this.#stored, index);
      return StatementSync.isLive(stored.statement) ? stored.statement : undefined;
    }
    return undefined;
  }
}

const { get, all, iterate, run } = StatementSync.prototype;
showMethods(SQLTagStore.prototype, ["get", "all", "iterate", "run", "clear"]);

const NO_TEMPLATE = "First argument must be an array of strings (template literal).";

function values(template: readonly unknown[]): unknown[] {
  const given: unknown[] = [];
  for (let index = 1; index < template.length; index++) ArrayPrototypePush(given, template[index]);
  return given;
}
