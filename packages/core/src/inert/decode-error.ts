import type { ErrorFrame } from "./decode-frame.ts";
import { ERROR_KINDS } from "./inert-format.ts";
import type { InertReader } from "./inert-reader.ts";
import { defineOwn, getOwnPropertyDescriptor, hasOwn, removeOwn } from "./intrinsics.ts";

/** Nobody's iterator is asked for. */
const nothing: Iterable<never> = {
  [Symbol.iterator]: () => ({ next: () => ({ done: true, value: undefined }) }),
};

const constructors: { readonly [Kind in (typeof ERROR_KINDS)[number]]: () => Error } = {
  Error: () => new Error(),
  EvalError: () => new EvalError(),
  RangeError: () => new RangeError(),
  ReferenceError: () => new ReferenceError(),
  SyntaxError: () => new SyntaxError(),
  TypeError: () => new TypeError(),
  URIError: () => new URIError(),
  AggregateError: () => new AggregateError(nothing),
};

/** An error of the kind that comes next, without a stack of the decoding side. */
export function decodeError(reader: InertReader): { readonly target: Error; readonly name: string } {
  const number = reader.byte();
  const name = number < ERROR_KINDS.length ? ERROR_KINDS[number] : undefined;
  if (name === undefined) return reader.fail("expected a known kind of error");
  const target = constructors[name]();
  defineOwn(target, "stack", undefined, false);
  if (name === "AggregateError") removeOwn(target, "errors");
  return { target, name };
}

/** Gives an error one of its properties; not the name that it has by its kind. */
export function defineErrorProperty({ target, name }: ErrorFrame, key: string, value: unknown): void {
  if (key !== "name" || value !== name) defineOwn(target, key, value, !isHidden(key));
}

/**
 * Whoever prints an error prints its stack as it is or, where it has none, its message: what is a guest's is to be text
 * there, and no command to a terminal.
 */
export function finishError(reader: InertReader, { target, name }: ErrorFrame): void {
  const stack: unknown = ownValue(target, "stack");
  const printed = typeof stack === "string" ? stack : ownValue(target, "message");
  if (typeof printed !== "string") return;
  const plain = reader.plain(printed);
  if (plain !== printed) defineOwn(target, "stack", printed === stack ? plain : `${name}: ${plain}`, false);
}

function ownValue(target: Error, key: string): unknown {
  return getOwnPropertyDescriptor(target, key)?.value;
}

/** Whether a property is not enumerable on an error that JavaScript makes itself. */
function isHidden(key: string): boolean {
  return key === "message" || key === "name" || key === "stack" || key === "cause" || key === "errors";
}

/** Runs `decode` while errors are made without a trace of the stack, which takes most of the time of making one. */
export function withoutStackTraces<Result>(decode: () => Result): Result {
  const own = getOwnPropertyDescriptor(Error, "stackTraceLimit");
  // What a program has made of it is left alone.
  if (own === undefined || !hasOwn(own, "value") || own.writable !== true) return decode();
  Error.stackTraceLimit = 0;
  try {
    return decode();
  } finally {
    Error.stackTraceLimit = own.value as number;
  }
}
