import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, removeAt, setOwn } from "../past-prototypes.ts";
import { MathMin, ReflectApply } from "../primordial.ts";
import { ArgumentChecks } from "./argument-checks.ts";
import type { Listener } from "./callbacks.ts";
import type { SqliteEngine } from "./sqlite-engine.ts";
import type { Pointer } from "./sqlite-exports.ts";

const SQLITE_OK = 0;
const SQLITE_DENY = 1;
const SQLITE_CHANGESET_ABORT = 2;
const MISUSE = -1;
/** Statements that SQLite keeps for one connection; of more, the one that has not been used for longest is made again. */
const MOST_PREPARED = 256;

/** A statement as SQLite has it, or as it can be made again. */
export interface Prepared {
  pointer: Pointer;
  readonly sql: string;
  /** Its text with the values that were bound last, of one that SQLite has no more. */
  expanded: string | undefined;
  usedAt: number;
  /** How many are in the middle of it. */
  busy: number;
  isFinalized: boolean;
}

/** What goes on between a connection's program and SQLite while a changeset is applied. */
export interface ChangesetListener {
  readonly filter: Function | undefined;
  readonly onConflict: Function | undefined;
}

/** A connection to a database, and what is open in it. */
export class Connection implements Listener {
  readonly guest: Guest;
  readonly engine: SqliteEngine;
  readonly checks: ArgumentChecks;
  readonly pointer: Pointer;
  readonly #timeoutMs: number;
  readonly #prepared: Prepared[] = [];
  readonly #sessions: { close(): void }[] = [];
  authorizer: Function | undefined;
  applying: ChangesetListener | undefined;
  isOpen = true;
  #uses = 0;
  #callsOut = 0;
  #thrown: { readonly error: unknown } | undefined;

  constructor(guest: Guest, engine: SqliteEngine, pointer: Pointer, timeoutMs: number) {
    this.guest = guest;
    this.engine = engine;
    this.checks = new ArgumentChecks(guest);
    this.pointer = pointer;
    this.#timeoutMs = timeoutMs;
    if (timeoutMs > 0) engine.sqlite.sqlite3_busy_handler(pointer, engine.numbers.busy, 0);
  }

  /** Whether a callback of what SQLite does at the moment has thrown. */
  get hasThrown(): boolean {
    return this.#thrown !== undefined;
  }

  /** Calls SQLite, which may call back; throws what a callback has thrown. */
  enter<Result>(work: () => Result): Result {
    const { engine } = this;
    const before = engine.current;
    const thrownBefore = this.#thrown;
    engine.current = this;
    this.#thrown = undefined;
    try {
      const result = work();
      this.#throwThrown();
      return result;
    } finally {
      engine.current = before;
      this.#thrown = thrownBefore;
    }
  }

  /** As {@link enter}, for what answers one of SQLite's codes. */
  do(work: () => number): void {
    const code = this.enter(work);
    if (code !== SQLITE_OK) throw this.error();
  }

  /** Calls a function of the program's from within SQLite; answers whether it came back. */
  callOut(work: () => void): boolean {
    this.#callsOut += 1;
    try {
      work();
      return true;
    } catch (error) {
      this.#thrown ??= { error };
      return false;
    } finally {
      this.#callsOut -= 1;
    }
  }

  /** Why SQLite has not done what it was asked. */
  error(): Error {
    const { sqlite } = this.engine;
    const code = sqlite.sqlite3_extended_errcode(this.pointer);
    const error = this.plainError(this.engine.textAt(sqlite.sqlite3_errmsg(this.pointer)) ?? "");
    setOwn(error, "errcode", code);
    setOwn(error, "errstr", this.engine.textAt(sqlite.sqlite3_errstr(code)) ?? "");
    return error;
  }

  /** The error of a code that SQLite has answered. */
  errorOf(code: number): Error {
    const error = this.plainError(this.engine.textAt(this.engine.sqlite.sqlite3_errstr(code)) ?? "");
    setOwn(error, "errcode", code);
    return error;
  }

  plainError(message: string): Error {
    const error = new Error(message);
    setOwn(error, "code", "ERR_SQLITE_ERROR");
    return error;
  }

  prepare(sql: string): Prepared {
    const pointer = this.#compile(sql);
    if (pointer === 0) throw this.checks.invalidValue("The SQL query contains no statements.");
    const own = this.engine.textAt(this.engine.sqlite.sqlite3_sql(pointer)) ?? sql;
    const prepared = { pointer, sql: own, expanded: undefined, usedAt: 0, busy: 0, isFinalized: false };
    this.#keep(prepared);
    return prepared;
  }

  /** The statement as SQLite has it now, ready to be run; made again if SQLite has it no more. */
  ready(prepared: Prepared): Pointer {
    if (prepared.isFinalized) throw this.checks.invalidState("statement has been finalized");
    this.#uses += 1;
    prepared.usedAt = this.#uses;
    if (prepared.pointer === 0) {
      prepared.pointer = this.#compile(prepared.sql);
      this.#keep(prepared);
    }
    return prepared.pointer;
  }

  addSession(session: { close(): void }): void {
    ArrayPrototypePush(this.#sessions, session);
  }

  removeSession(session: { close(): void }): void {
    for (let index = 0; index < this.#sessions.length; index++) {
      if (this.#sessions[index] === session) removeAt(this.#sessions, index);
    }
  }

  /** Ends all statements; whoever has one finds out. */
  finalizeAll(): void {
    this.refuseWithin();
    for (let index = 0; index < this.#prepared.length; index++) {
      const prepared = this.#prepared[index] as Prepared;
      prepared.isFinalized = true;
      this.#finalize(prepared);
    }
    this.#prepared.length = 0;
  }

  close(): void {
    this.refuseWithin();
    while (this.#sessions.length > 0) (this.#sessions[this.#sessions.length - 1] as { close(): void }).close();
    this.finalizeAll();
    this.isOpen = false;
    this.do(() => this.engine.sqlite.sqlite3_close_v2(this.pointer));
  }

  /** SQLite must not lose what it is in the middle of. */
  refuseWithin(): void {
    if (this.#callsOut > 0) throw this.checks.invalidState("database is in use by the function that it has called");
  }

  authorize(action: number, texts: readonly (string | null)[]): number {
    const { authorizer } = this;
    if (authorizer === undefined) return SQLITE_OK;
    let answer: unknown;
    const came = this.callOut(() => {
      answer = ReflectApply(authorizer, undefined, [action, texts[0], texts[1], texts[2], texts[3]]);
      if (typeof answer !== "number" || (answer | 0) !== answer) {
        throw new TypeError("Authorizer callback must return an integer authorization code");
      }
      if (answer < 0 || answer > 2) throw new RangeError("Authorizer callback returned a invalid authorization code");
    });
    return came ? (answer as number) : SQLITE_DENY;
  }

  select(table: string): number {
    const filter = this.applying?.filter;
    if (filter === undefined) return 1;
    if (this.hasThrown) return 0;
    let answer: unknown;
    this.callOut(() => {
      answer = ReflectApply(filter, undefined, [table]);
    });
    return answer ? 1 : 0;
  }

  conflict(kind: number): number {
    const onConflict = this.applying?.onConflict;
    if (onConflict === undefined) return SQLITE_CHANGESET_ABORT;
    let answer: unknown;
    const came = this.callOut(() => {
      answer = ReflectApply(onConflict, undefined, [kind]);
    });
    if (!came) return SQLITE_CHANGESET_ABORT;
    return typeof answer === "number" && (answer | 0) === answer ? answer : MISUSE;
  }

  /** As SQLite's own timeout: waits a little longer each time. */
  isToWait(asked: number): boolean {
    const longest = MathMin(asked + 1, 100);
    const waited = asked < 100 ? (asked * (asked + 1)) / 2 : 4_950 + (asked - 99) * 100;
    const left = this.#timeoutMs - waited;
    if (left <= 0) return false;
    this.guest.calls.sync("clock.sleep", MathMin(longest, left));
    return true;
  }

  #compile(sql: string): Pointer {
    const { engine } = this;
    engine.withText(sql, (at) => this.do(() => engine.sqlite.sqlite3_prepare_v2(this.pointer, at, -1, engine.slot, 0)));
    return engine.memory.u32(engine.slot);
  }

  #keep(prepared: Prepared): void {
    this.#uses += 1;
    prepared.usedAt = this.#uses;
    ArrayPrototypePush(this.#prepared, prepared);
    if (this.#prepared.length <= MOST_PREPARED) return;
    let oldest = -1;
    for (let index = 0; index < this.#prepared.length; index++) {
      const one = this.#prepared[index] as Prepared;
      if (one.busy > 0 || one === prepared) continue;
      if (oldest < 0 || one.usedAt < (this.#prepared[oldest] as Prepared).usedAt) oldest = index;
    }
    if (oldest < 0) return;
    const one = this.#prepared[oldest] as Prepared;
    one.expanded = expandedText(this.engine, one.pointer);
    this.#finalize(one);
    removeAt(this.#prepared, oldest);
  }

  #finalize(prepared: Prepared): void {
    if (prepared.pointer !== 0) this.engine.sqlite.sqlite3_finalize(prepared.pointer);
    prepared.pointer = 0;
  }

  #throwThrown(): void {
    if (this.#thrown !== undefined) throw this.#thrown.error;
  }
}

/** A statement's text with the values that are bound. */
export function expandedText(engine: SqliteEngine, pointer: Pointer): string {
  const at = engine.sqlite.sqlite3_expanded_sql(pointer);
  const text = engine.textAt(at) ?? "";
  engine.sqlite.sqlite3_free(at);
  return text;
}
