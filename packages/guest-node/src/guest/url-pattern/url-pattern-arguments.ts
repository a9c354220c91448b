import type { Guest } from "../guest.ts";
import { dictionary } from "../past-prototypes.ts";
import { COMPONENTS } from "./components.ts";
import type { PatternInput } from "./parsed-pattern.ts";
import type { PatternInit } from "./pattern-init.ts";

/** What a constructor of patterns was given. */
export interface PatternArguments {
  readonly input: PatternInput;
  readonly base: string | undefined;
  readonly ignoreCase: boolean;
}

/** Reads `(input, baseURL, options)` and `(input, options)`, as Node does: what is no string is not given. */
export function readConstructorArguments(guest: Guest, args: readonly unknown[]): PatternArguments {
  const second = args[1];
  const third = args[2];
  const read = readInput(args[0]);
  if (read === undefined) throw invalid(guest, "Input must be an object or a string");
  if (typeof second === "string") {
    if (third !== undefined && !isObject(third)) throw invalid(guest, "options must be an object");
    return { input: read, base: second, ignoreCase: ignoresCase(third) };
  }
  if (second !== undefined && !isObject(second)) throw invalid(guest, "second argument must be a string or object");
  if (third === undefined) return { input: read, base: undefined, ignoreCase: ignoresCase(second) };
  if (second !== undefined && second !== null) throw invalid(guest, "second argument must be a string");
  if (!isObject(third)) throw invalid(guest, "options must be an object");
  return { input: read, base: undefined, ignoreCase: ignoresCase(third) };
}

/** Reads `(input, baseURL)` of `exec` and `test`. */
export function readMatchArguments(guest: Guest, args: readonly unknown[]): Omit<PatternArguments, "ignoreCase"> {
  const input = readInput(args[0]);
  if (input === undefined) throw invalid(guest, "URLPattern input needs to be a string or an object");
  const base = args[1];
  if (base !== undefined && base !== null && typeof base !== "string") throw invalid(guest, "baseURL must be a string");
  return { input, base: base ?? undefined };
}

function readInput(value: unknown): PatternInput | undefined {
  if (typeof value === "string") return value;
  if (value !== undefined && !isObject(value)) return undefined;
  const init: PatternInit = dictionary<string>();
  if (value === undefined || value === null) return init;
  for (let index = 0; index < COMPONENTS.length; index++) {
    const name = COMPONENTS[index];
    if (name !== undefined) init[name] = text((value as Record<string, unknown>)[name]);
  }
  init.baseURL = text((value as Record<string, unknown>)["baseURL"]);
  return init;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Objects, functions and `null`. */
function isObject(value: unknown): boolean {
  return typeof value === "object" || typeof value === "function";
}

function ignoresCase(options: unknown): boolean {
  if (options === undefined || options === null) return false;
  return (options as { readonly ignoreCase?: unknown }).ignoreCase === true;
}

function invalid(guest: Guest, message: string): Error {
  return guest.errors.coded("TypeError", "ERR_INVALID_ARG_TYPE", message);
}
