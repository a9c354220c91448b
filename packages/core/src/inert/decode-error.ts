import { ERROR_KINDS } from "./inert-format.ts";
import type { InertReader } from "./inert-reader.ts";

const constructors: { readonly [Kind in (typeof ERROR_KINDS)[number]]: () => Error } = {
  Error: () => new Error(),
  EvalError: () => new EvalError(),
  RangeError: () => new RangeError(),
  ReferenceError: () => new ReferenceError(),
  SyntaxError: () => new SyntaxError(),
  TypeError: () => new TypeError(),
  URIError: () => new URIError(),
  AggregateError: () => new AggregateError([]),
};

/** Properties that are not enumerable on an error that JavaScript makes itself. */
const hidden: ReadonlySet<string> = new Set(["message", "name", "stack", "cause", "errors"]);

/** An error of the kind that comes next, without a stack of the decoding side. */
export function decodeError(reader: InertReader): Error {
  const kind = ERROR_KINDS[reader.byte()] ?? reader.fail("expected a known kind of error");
  const error = constructors[kind]();
  Object.defineProperty(error, "stack", { value: undefined, writable: true, configurable: true, enumerable: false });
  if (kind === "AggregateError") Reflect.deleteProperty(error, "errors");
  return error;
}

/** Gives an error one of its properties. */
export function defineErrorProperty(error: Error, key: string, value: unknown): void {
  if (key === "name" && value === error.name) return;
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: !hidden.has(key) });
}

/** Runs `decode` while errors are made without a trace of the stack, which takes most of the time of making one. */
export function withoutStackTraces<Result>(decode: () => Result): Result {
  const limit: unknown = Reflect.get(Error, "stackTraceLimit");
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return decode();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}
