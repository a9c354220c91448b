import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import {
  ArrayBufferIsView,
  NumberIsInteger,
  StringPrototypeIncludes,
  StringPrototypeStartsWith,
} from "../primordial.ts";

/** Checks of arguments as Node's binding makes them, with its words. */
export class ArgumentChecks {
  readonly #guest: Guest;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  invalidType(message: string): Error {
    return this.#guest.errors.coded("TypeError", "ERR_INVALID_ARG_TYPE", message);
  }

  invalidValue(message: string): Error {
    return this.#guest.errors.coded("TypeError", "ERR_INVALID_ARG_VALUE", message);
  }

  outOfRange(message: string): Error {
    return this.#guest.errors.coded("RangeError", "ERR_OUT_OF_RANGE", message);
  }

  invalidState(message: string): Error {
    return this.#guest.errors.coded("Error", "ERR_INVALID_STATE", message);
  }

  illegalConstructor(): Error {
    return this.#guest.errors.coded("Error", "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  }

  string(value: unknown, name: string): string {
    if (typeof value !== "string") throw this.invalidType(`The "${name}" argument must be a string.`);
    return value;
  }

  boolean(value: unknown, name: string): boolean {
    if (typeof value !== "boolean") throw this.invalidType(`The "${name}" argument must be a boolean.`);
    return value;
  }

  function(value: unknown, name: string): Function {
    if (typeof value !== "function") throw this.invalidType(`The "${name}" argument must be a function.`);
    return value;
  }

  bytes(value: unknown, name: string): Uint8Array {
    if (!this.#guest.native.types.isUint8Array(value)) {
      throw this.invalidType(`The "${name}" argument must be a Uint8Array.`);
    }
    return bytesOf(value as Uint8Array);
  }

  /** Options of a call: nothing, or an object. */
  options(value: unknown): Readonly<Record<string, unknown>> {
    if (value === undefined) return {};
    return this.object(value, "options");
  }

  object(value: unknown, name: string): Readonly<Record<string, unknown>> {
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (!isObject) throw this.invalidType(`The "${name}" argument must be an object.`);
    return value as Record<string, unknown>;
  }

  flag(options: Readonly<Record<string, unknown>>, name: string, otherwise: boolean): boolean {
    const value = options[name];
    return value === undefined ? otherwise : this.boolean(value, `options.${name}`);
  }

  integer(options: Readonly<Record<string, unknown>>, name: string, otherwise: number): number {
    const value = options[name];
    if (value === undefined) return otherwise;
    if (!NumberIsInteger(value)) throw this.invalidType(`The "options.${name}" argument must be an integer.`);
    return value as number;
  }

  text<Default>(options: Readonly<Record<string, unknown>>, name: string, otherwise: Default): string | Default {
    const value = options[name];
    return value === undefined ? otherwise : this.string(value, `options.${name}`);
  }

  callback(options: Readonly<Record<string, unknown>>, name: string): Function | undefined {
    const value = options[name];
    return value === undefined ? undefined : this.function(value, `options.${name}`);
  }

  /** Where a database is: a path, a URI of SQLite's, or a `file:` URL, which is one. */
  location(value: unknown): string {
    const text = this.#locationText(value);
    if (text === undefined || StringPrototypeIncludes(text, "\0")) {
      throw this.invalidType('The "path" argument must be a string, Uint8Array, or URL without null bytes.');
    }
    return text;
  }

  #locationText(value: unknown): string | undefined {
    if (typeof value === "string") return value;
    const { native, errors } = this.#guest;
    if (native.types.isUint8Array(value)) return native.buffer.utf8Slice(bytesOf(value as Uint8Array));
    if (typeof value !== "object" || value === null || ArrayBufferIsView(value)) return undefined;
    const { href } = value as { readonly href?: unknown };
    if (typeof href !== "string") return undefined;
    if (!StringPrototypeStartsWith(href, "file:")) {
      throw errors.coded("TypeError", "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file:");
    }
    return href;
  }
}
