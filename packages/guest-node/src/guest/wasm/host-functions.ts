import { ArrayPrototypePush, dictionary } from "../past-prototypes.ts";
import { InstanceGetExports, WasmInstance, WasmModule } from "./web-assembly-calls.ts";

/** A function of 32-bit integers, as many as it has parameters, that WebAssembly can call by its place in a table. */
export interface HostFunction {
  readonly parameters: number;
  /** Whether it answers a 32-bit integer, and not nothing. */
  readonly answers: boolean;
  readonly call: (...args: number[]) => number | undefined;
}

const I32 = 0x7f;
const FUNCTION = 0x60;

/**
 * Wraps functions as a table of WebAssembly wants them: only what a module exports may be in one, so a module of nothing
 * else takes them in and hands them out.
 */
export function wasmFunctions(functions: readonly HostFunction[]): readonly unknown[] {
  const types: number[] = [functions.length];
  const imports: number[] = [functions.length];
  const exports: number[] = [functions.length];
  const given = dictionary<unknown>();
  for (let index = 0; index < functions.length; index++) {
    const { parameters, answers, call } = functions[index] as HostFunction;
    append(types, FUNCTION, parameters);
    for (let one = 0; one < parameters; one++) append(types, I32);
    if (answers) append(types, 1, I32);
    else append(types, 0);
    const name = LETTER + index;
    append(imports, 1, MODULE, 1, name, 0, index);
    append(exports, 1, name, 0, index);
    given[CHARACTERS[index] as string] = call;
  }
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  appendSection(bytes, 1, types);
  appendSection(bytes, 2, imports);
  appendSection(bytes, 7, exports);
  const all = dictionary<Readonly<Record<string, unknown>>>();
  all["m"] = given;
  const made = InstanceGetExports(new WasmInstance(new WasmModule(bytesFrom(bytes)), all));
  const wrapped: unknown[] = [];
  for (let index = 0; index < functions.length; index++) {
    ArrayPrototypePush(wrapped, made[CHARACTERS[index] as string]);
  }
  return wrapped;
}

const MODULE = 0x6d;
const LETTER = 0x61;
/** Names of functions: no more than these, so that every length is one byte. */
const CHARACTERS = "abcdefghijklmnop";

function append(list: number[], ...values: readonly number[]): void {
  for (let index = 0; index < values.length; index++) ArrayPrototypePush(list, values[index] as number);
}

function appendSection(bytes: number[], id: number, content: readonly number[]): void {
  // A length below 2^14, in LEB128.
  append(bytes, id, (content.length & 0x7f) | 0x80, content.length >>> 7);
  for (let index = 0; index < content.length; index++) ArrayPrototypePush(bytes, content[index] as number);
}

function bytesFrom(list: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(list.length);
  for (let index = 0; index < list.length; index++) bytes[index] = list[index] as number;
  return bytes;
}
