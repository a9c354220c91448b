import type { Guest } from "../guest.ts";
import { dictionary, withoutPrototype } from "../past-prototypes.ts";
import { ObjectKeys, ReflectApply, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { wasmFunctions } from "../wasm/host-functions.ts";
import { LinearMemory } from "../wasm/linear-memory.ts";
import {
  InstanceGetExports,
  MemoryGrow,
  TableGrow,
  TableSet,
  WasmInstance,
  WasmMemory,
  WasmModule,
} from "../wasm/web-assembly-calls.ts";
import { type CallbackNumbers, Callbacks, type Listener } from "./callbacks.ts";
import type { Pointer, SqliteExports } from "./sqlite-exports.ts";
import { sqliteImports } from "./sqlite-imports.ts";

const PAGE = 65_536;
const FIRST_PAGES = 128;
/** As much as databases in memory may have, with all else: 1 GiB. The guest's own limits end it long before. */
const MOST_PAGES = 16_384;

/** SQLite, as WebAssembly in the guest's own isolate: it reaches what the guest reaches, and no more. */
export class SqliteEngine {
  readonly sqlite: SqliteExports;
  readonly memory: LinearMemory;
  readonly callbacks: Callbacks;
  /** Where in the table of functions those are that SQLite calls back. */
  readonly numbers: CallbackNumbers;
  /** A place of eight bytes for what is answered by way of an address. */
  readonly slot: Pointer;
  /** Whom SQLite works for at the moment. */
  current: Listener | undefined;
  /** Something has unwound SQLite's stack: what it was about is in no known state. */
  isBroken = false;

  constructor(guest: Guest, wasm: Uint8Array) {
    const pages = new WasmMemory(withoutPrototype({ initial: FIRST_PAGES, maximum: MOST_PAGES }));
    this.memory = new LinearMemory(pages, guest.native);
    const grow = (bytes: number): boolean => {
      const missing = bytes - this.memory.byteLength;
      if (missing > 0) MemoryGrow(pages, (missing + PAGE - 1) >>> 16);
      return true;
    };
    const imports = sqliteImports(
      guest,
      () => this.memory,
      grow,
      (bytes) => this.sqlite.malloc(bytes),
    );
    (imports["env"] as Record<string, unknown>)["memory"] = pages;
    this.sqlite = this.#guarded(InstanceGetExports(new WasmInstance(new WasmModule(wasm), imports)));
    this.callbacks = new Callbacks(this);
    this.numbers = this.#install();
    const { __wasm_call_ctors: construct, sqlite3_initialize: initialize, malloc } = this.sqlite;
    construct();
    initialize();
    this.slot = malloc(8);
  }

  /** Calls with a text at an address of its own, and frees it. */
  withText<Result>(text: string, use: (at: Pointer, bytes: number) => Result): Result {
    return this.withBytes(this.memory.encoded(`${text}\0`), (at, length) => use(at, length - 1));
  }

  withBytes<Result>(bytes: Uint8Array, use: (at: Pointer, length: number) => Result): Result {
    const { malloc, free } = this.sqlite;
    const length = TypedArrayPrototypeGetLength(bytes);
    const at = malloc(length === 0 ? 1 : length);
    if (at === 0) throw new RangeError("Out of SQLite's memory");
    try {
      this.memory.write(at, bytes);
      return use(at, length);
    } finally {
      free(at);
    }
  }

  /** The text at an address; `null` where there is none. */
  textAt(at: Pointer): string | null {
    return at === 0 ? null : this.memory.terminated(at);
  }

  #install(): CallbackNumbers {
    const wrapped = wasmFunctions(this.callbacks.functions);
    const table = this.sqlite.__indirect_function_table;
    const first = TableGrow(table, wrapped.length);
    for (let index = 0; index < wrapped.length; index++) TableSet(table, first + index, wrapped[index]);
    return this.callbacks.numbered(first);
  }

  /** What SQLite exports; what may take long, or call back, is not to be called again once it has been cut short. */
  #guarded(exports: Readonly<Record<string, unknown>>): SqliteExports {
    const made = dictionary<unknown>();
    const names = ObjectKeys(exports);
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      made[name] = exports[name];
    }
    for (let index = 0; index < working.length; index++) {
      const name = working[index] as string;
      const call = exports[name] as (...args: unknown[]) => unknown;
      made[name] = (...args: unknown[]) => {
        if (this.isBroken) throw new Error("SQLite was interrupted: its databases are in no known state");
        let isDone = false;
        try {
          const result = ReflectApply(call, undefined, args);
          isDone = true;
          return result;
        } finally {
          if (!isDone) this.isBroken = true;
        }
      };
    }
    return made as typeof made & SqliteExports;
  }
}

const working: readonly (keyof SqliteExports)[] = [
  "sqlite3_open_v2",
  "sqlite3_close_v2",
  "sqlite3_exec",
  "sqlite3_prepare_v2",
  "sqlite3_step",
  "sqlite3_reset",
  "sqlite3_finalize",
  "sqlite3_serialize",
  "sqlite3_deserialize",
  "sqlite3_create_function_v2",
  "sqlite3_create_window_function",
  "sqlite3session_create",
  "sqlite3session_changeset",
  "sqlite3session_patchset",
  "sqlite3session_delete",
  "sqlite3changeset_apply",
];
