import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import { TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import { ArrayBufferIsView, BigIntAsIntN } from "../primordial.ts";
import type { SqliteEngine } from "./sqlite-engine.ts";
import type { Pointer } from "./sqlite-exports.ts";

export const SQLITE_INTEGER = 1;
const SQLITE_FLOAT = 2;
const SQLITE_TEXT = 3;
const SQLITE_BLOB = 4;
/** Says that SQLite is to copy what it is handed. */
export const SQLITE_TRANSIENT = -1;

export type SqliteValue = number | bigint | string | Uint8Array | null;

/** The bytes of what is stored as they are; `undefined`: it is none of these. */
export function blobBytes(guest: Guest, value: unknown): Uint8Array | undefined {
  if (ArrayBufferIsView(value)) return bytesOf(value);
  return guest.native.types.isAnyArrayBuffer(value) ? bytesOf(value as ArrayBuffer) : undefined;
}

/** An integer of SQLite's as the program wants it. */
export function integerOf(guest: Guest, value: bigint, wantsBigInt: boolean): number | bigint {
  if (wantsBigInt) return value;
  if (value <= MOST_SAFE && value >= -MOST_SAFE) return Number(value);
  const message = `Value is too large to be represented as a JavaScript number: ${value}`;
  throw guest.errors.coded("RangeError", "ERR_OUT_OF_RANGE", message);
}

const MOST_SAFE = 2n ** 53n - 1n;

/** A column of the row at which a statement stands. */
export function columnValue(
  guest: Guest,
  { sqlite, memory }: SqliteEngine,
  statement: Pointer,
  column: number,
  wantsBigInt: boolean,
): SqliteValue {
  switch (sqlite.sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return integerOf(guest, sqlite.sqlite3_column_int64(statement, column), wantsBigInt);
    case SQLITE_FLOAT:
      return sqlite.sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const at = sqlite.sqlite3_column_text(statement, column);
      return memory.text(at, sqlite.sqlite3_column_bytes(statement, column));
    }
    case SQLITE_BLOB: {
      const at = sqlite.sqlite3_column_blob(statement, column);
      return TypedArrayPrototypeSlice(memory.view(at, sqlite.sqlite3_column_bytes(statement, column)));
    }
    default:
      return null;
  }
}

/** An argument that SQLite hands to a function of the program's. */
export function argumentValue(
  guest: Guest,
  { sqlite, memory }: SqliteEngine,
  value: Pointer,
  wantsBigInt: boolean,
): SqliteValue {
  switch (sqlite.sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return integerOf(guest, sqlite.sqlite3_value_int64(value), wantsBigInt);
    case SQLITE_FLOAT:
      return sqlite.sqlite3_value_double(value);
    case SQLITE_TEXT: {
      const at = sqlite.sqlite3_value_text(value);
      return memory.text(at, sqlite.sqlite3_value_bytes(value));
    }
    case SQLITE_BLOB: {
      const at = sqlite.sqlite3_value_blob(value);
      return TypedArrayPrototypeSlice(memory.view(at, sqlite.sqlite3_value_bytes(value)));
    }
    default:
      return null;
  }
}

/** Binds a value; answers SQLite's code, or `undefined` for what cannot be bound. */
export function bindValue(
  guest: Guest,
  engine: SqliteEngine,
  statement: Pointer,
  index: number,
  value: unknown,
): number | undefined {
  const { sqlite } = engine;
  switch (typeof value) {
    case "number":
      return sqlite.sqlite3_bind_double(statement, index, value);
    case "boolean":
      return sqlite.sqlite3_bind_int(statement, index, value ? 1 : 0);
    case "bigint":
      if (BigIntAsIntN(64, value) !== value) {
        throw guest.errors.coded("TypeError", "ERR_INVALID_ARG_VALUE", "BigInt value is too large to bind.");
      }
      return sqlite.sqlite3_bind_int64(statement, index, value);
    case "string":
      return engine.withText(value, (at, bytes) =>
        sqlite.sqlite3_bind_text(statement, index, at, bytes, SQLITE_TRANSIENT),
      );
    default: {
      if (value === null) return sqlite.sqlite3_bind_null(statement, index);
      const bytes = blobBytes(guest, value);
      if (bytes === undefined) return undefined;
      return engine.withBytes(bytes, (at, length) =>
        sqlite.sqlite3_bind_blob(statement, index, at, length, SQLITE_TRANSIENT),
      );
    }
  }
}

/** What a function of the program's came to; answers why SQLite cannot have it. */
export function giveResult(guest: Guest, engine: SqliteEngine, context: Pointer, value: unknown): string | undefined {
  const { sqlite } = engine;
  switch (typeof value) {
    case "undefined":
      sqlite.sqlite3_result_null(context);
      return undefined;
    case "number":
      sqlite.sqlite3_result_double(context, value);
      return undefined;
    case "bigint":
      if (BigIntAsIntN(64, value) !== value) return "BigInt value is too large for SQLite";
      sqlite.sqlite3_result_int64(context, value);
      return undefined;
    case "string":
      engine.withText(value, (at, bytes) => sqlite.sqlite3_result_text(context, at, bytes, SQLITE_TRANSIENT));
      return undefined;
    default: {
      if (value === null) sqlite.sqlite3_result_null(context);
      const bytes = blobBytes(guest, value);
      if (bytes !== undefined) {
        engine.withBytes(bytes, (at, length) => sqlite.sqlite3_result_blob(context, at, length, SQLITE_TRANSIENT));
      } else if (value !== null) {
        return guest.native.types.isPromise(value)
          ? "Asynchronous user-defined functions are not supported"
          : "Returned JavaScript value cannot be converted to a SQLite value";
      }
      return undefined;
    }
  }
}
