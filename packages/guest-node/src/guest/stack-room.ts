import { ReflectGetOwnPropertyDescriptor, WeakMapPrototypeGet, WeakMapPrototypeSet } from "./primordial.ts";

/** Frames of ours that may stand between a program and an error that we make for it. */
const ROOM = 12;

const limits = new WeakMap<object, number>();
const ErrorConstructor: ErrorConstructor & { stackTraceLimit?: unknown } = Error;

/**
 * Makes an error whose stack holds as many frames of the program's as its own `Error.stackTraceLimit` allows: ours are
 * taken out of stacks when they are shown, and must not have taken the place of others when they were recorded.
 */
export function withStackRoom(make: () => Error): Error {
  const own = ReflectGetOwnPropertyDescriptor(ErrorConstructor, "stackTraceLimit");
  const limit: unknown = own?.value;
  if (typeof limit !== "number" || !(limit > 0) || own?.writable !== true) return make();
  ErrorConstructor.stackTraceLimit = limit + ROOM;
  try {
    const error = make();
    WeakMapPrototypeSet(limits, error, limit);
    return error;
  } finally {
    ErrorConstructor.stackTraceLimit = limit;
  }
}

/** How many frames of an error made by {@link withStackRoom} may be shown. */
export function stackLimitOf(error: unknown): number {
  return typeof error === "object" && error !== null ? (WeakMapPrototypeGet(limits, error) ?? Infinity) : Infinity;
}
