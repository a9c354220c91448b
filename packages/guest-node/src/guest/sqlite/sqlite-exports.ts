/** An address in SQLite's memory; 0: none. */
export type Pointer = number;

type Ask = (one: Pointer) => number;
type Column = (statement: Pointer, column: number) => number;

/** What of SQLite's C interface is used here: integers of 32 bits are numbers, of 64 bits bigints. */
export interface SqliteExports {
  readonly __wasm_call_ctors: () => void;
  readonly __indirect_function_table: WebAssembly.Table;
  readonly malloc: (bytes: number) => Pointer;
  readonly free: (pointer: Pointer) => void;
  readonly sqlite3_malloc: (bytes: number) => Pointer;
  readonly sqlite3_free: (pointer: Pointer) => void;
  readonly sqlite3_initialize: () => number;

  readonly sqlite3_open_v2: (path: Pointer, to: Pointer, flags: number, vfs: Pointer) => number;
  readonly sqlite3_close_v2: Ask;
  readonly sqlite3_errcode: Ask;
  readonly sqlite3_extended_errcode: Ask;
  readonly sqlite3_errmsg: Ask;
  readonly sqlite3_errstr: Ask;
  readonly sqlite3_exec: (db: Pointer, sql: Pointer, call: Pointer, argument: number, error: Pointer) => number;
  readonly sqlite3__wasm_db_config_ip: (db: Pointer, option: number, value: number, to: Pointer) => number;
  readonly sqlite3_busy_handler: (db: Pointer, call: number, argument: number) => number;
  readonly sqlite3_get_autocommit: Ask;
  readonly sqlite3_db_filename: (db: Pointer, name: Pointer) => Pointer;
  readonly sqlite3_limit: (db: Pointer, id: number, value: number) => number;
  readonly sqlite3_total_changes64: (db: Pointer) => bigint;
  readonly sqlite3_changes64: (db: Pointer) => bigint;
  readonly sqlite3_last_insert_rowid: (db: Pointer) => bigint;
  readonly sqlite3_set_authorizer: (db: Pointer, call: number, argument: number) => number;
  readonly sqlite3_serialize: (db: Pointer, name: Pointer, size: Pointer, flags: number) => Pointer;
  readonly sqlite3_deserialize: (
    db: Pointer,
    name: Pointer,
    data: Pointer,
    size: bigint,
    room: bigint,
    flags: number,
  ) => number;

  readonly sqlite3_prepare_v2: (db: Pointer, sql: Pointer, bytes: number, to: Pointer, tail: Pointer) => number;
  readonly sqlite3_step: Ask;
  readonly sqlite3_next_stmt: (db: Pointer, after: Pointer) => Pointer;
  readonly sqlite3_reset: Ask;
  readonly sqlite3_finalize: Ask;
  readonly sqlite3_sql: Ask;
  readonly sqlite3_expanded_sql: Ask;
  readonly sqlite3_clear_bindings: Ask;
  readonly sqlite3_bind_parameter_count: Ask;
  readonly sqlite3_bind_parameter_name: (statement: Pointer, index: number) => Pointer;
  readonly sqlite3_bind_parameter_index: (statement: Pointer, name: Pointer) => number;
  readonly sqlite3_bind_double: (statement: Pointer, index: number, value: number) => number;
  readonly sqlite3_bind_int: (statement: Pointer, index: number, value: number) => number;
  readonly sqlite3_bind_int64: (statement: Pointer, index: number, value: bigint) => number;
  readonly sqlite3_bind_null: (statement: Pointer, index: number) => number;
  readonly sqlite3_bind_text: (s: Pointer, index: number, text: Pointer, bytes: number, owner: number) => number;
  readonly sqlite3_bind_blob: (s: Pointer, index: number, data: Pointer, bytes: number, owner: number) => number;
  readonly sqlite3_bind_zeroblob: (statement: Pointer, index: number, bytes: number) => number;
  readonly sqlite3_column_count: Ask;
  readonly sqlite3_column_type: Column;
  readonly sqlite3_column_int64: (statement: Pointer, column: number) => bigint;
  readonly sqlite3_column_double: Column;
  readonly sqlite3_column_text: Column;
  readonly sqlite3_column_blob: Column;
  readonly sqlite3_column_bytes: Column;
  readonly sqlite3_column_name: Column;
  readonly sqlite3_column_decltype: Column;
  readonly sqlite3_column_database_name: Column;
  readonly sqlite3_column_table_name: Column;
  readonly sqlite3_column_origin_name: Column;

  readonly sqlite3_create_function_v2: (
    db: Pointer,
    name: Pointer,
    count: number,
    flags: number,
    argument: number,
    func: number,
    step: number,
    final: number,
    destroy: number,
  ) => number;
  readonly sqlite3_create_window_function: (
    db: Pointer,
    name: Pointer,
    count: number,
    flags: number,
    argument: number,
    step: number,
    final: number,
    value: number,
    inverse: number,
    destroy: number,
  ) => number;
  readonly sqlite3_user_data: Ask;
  readonly sqlite3_aggregate_context: (context: Pointer, bytes: number) => Pointer;
  readonly sqlite3_value_type: Ask;
  readonly sqlite3_value_int64: (value: Pointer) => bigint;
  readonly sqlite3_value_double: Ask;
  readonly sqlite3_value_text: Ask;
  readonly sqlite3_value_blob: Ask;
  readonly sqlite3_value_bytes: Ask;
  readonly sqlite3_result_null: (context: Pointer) => void;
  readonly sqlite3_result_double: (context: Pointer, value: number) => void;
  readonly sqlite3_result_int64: (context: Pointer, value: bigint) => void;
  readonly sqlite3_result_text: (context: Pointer, text: Pointer, bytes: number, owner: number) => void;
  readonly sqlite3_result_blob: (context: Pointer, data: Pointer, bytes: number, owner: number) => void;
  readonly sqlite3_result_zeroblob: (context: Pointer, bytes: number) => void;
  readonly sqlite3_result_error: (context: Pointer, text: Pointer, bytes: number) => void;

  readonly sqlite3session_create: (db: Pointer, name: Pointer, to: Pointer) => number;
  readonly sqlite3session_attach: (session: Pointer, table: Pointer) => number;
  readonly sqlite3session_delete: (session: Pointer) => void;
  readonly sqlite3session_changeset: (session: Pointer, size: Pointer, to: Pointer) => number;
  readonly sqlite3session_patchset: (session: Pointer, size: Pointer, to: Pointer) => number;
  readonly sqlite3changeset_apply: (
    db: Pointer,
    size: number,
    changes: Pointer,
    filter: number,
    conflict: number,
    argument: number,
  ) => number;
}
