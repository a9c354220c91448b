import { TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import type { Connection } from "./connection.ts";
import { onlyOurs } from "./ours.ts";
import { showMethods } from "./own-getters.ts";
import type { Pointer } from "./sqlite-exports.ts";

/** What a session watches: one table or all of them, of one database. */
export interface SessionOptions {
  readonly table: string | undefined;
  readonly db: string;
}

type Take = (session: Pointer, size: Pointer, to: Pointer) => number;

/** Records changes, as `node:sqlite` shows it. */
export class Session {
  readonly #connection: Connection;
  #pointer: Pointer;
  readonly #handle: { close(): void };

  constructor(token: unknown, connection: Connection, options: SessionOptions) {
    onlyOurs(token);
    const { engine } = connection;
    this.#connection = connection;
    engine.withText(options.db, (name) =>
      connection.do(() => engine.sqlite.sqlite3session_create(connection.pointer, name, engine.slot)),
    );
    this.#pointer = engine.memory.u32(engine.slot);
    this.#handle = { close: () => this.#delete() };
    connection.addSession(this.#handle);
    const attach = (table: Pointer): void =>
      connection.do(() => engine.sqlite.sqlite3session_attach(this.#pointer, table));
    if (options.table === undefined) attach(0);
    else engine.withText(options.table, attach);
  }

  changeset(): Uint8Array {
    return this.#take(this.#connection.engine.sqlite.sqlite3session_changeset);
  }

  patchset(): Uint8Array {
    return this.#take(this.#connection.engine.sqlite.sqlite3session_patchset);
  }

  close(): void {
    this.#live();
    this.#delete();
  }

  [Symbol.dispose](): void {
    if (this.#pointer !== 0 && this.#connection.isOpen) this.#delete();
  }

  #live(): void {
    const { checks, isOpen } = this.#connection;
    if (!isOpen) throw checks.invalidState("database is not open");
    if (this.#pointer === 0) throw checks.invalidState("session is not open");
  }

  #delete(): void {
    const connection = this.#connection;
    connection.refuseWithin();
    connection.engine.sqlite.sqlite3session_delete(this.#pointer);
    this.#pointer = 0;
    connection.removeSession(this.#handle);
  }

  #take(take: Take): Uint8Array {
    this.#live();
    const { engine } = this.#connection;
    const { slot, memory } = engine;
    this.#connection.do(() => take(this.#pointer, slot, slot + 4));
    const at = memory.u32(slot + 4);
    const bytes = TypedArrayPrototypeSlice(memory.view(at, memory.u32(slot)));
    engine.sqlite.sqlite3_free(at);
    return bytes;
  }
}

showMethods(Session.prototype, ["changeset", "patchset", "close"]);
