import { ERROR_KINDS } from "./inert-format.ts";
import type { InertPredicates } from "./inert-predicates.ts";
import { emptyPrototypes, errorPrototypes, getPrototypeOf } from "./intrinsics.ts";

/** What an object is refused as, or `undefined`. It is no proxy, array, buffer, Map, Set, Date or RegExp. */
export function refusalOf(value: object, is: InertPredicates): string | undefined {
  if (is.isPromise(value)) return "a promise";
  if (is.isWeakMap(value)) return "a WeakMap";
  if (is.isWeakSet(value)) return "a WeakSet";
  if (is.isMapIterator(value) || is.isSetIterator(value)) return "an iterator";
  if (is.isGeneratorObject(value)) return "a generator";
  const prototype = getPrototypeOf(value);
  for (let index = 0; index < emptyPrototypes.length; index += 1) {
    const entry = emptyPrototypes[index];
    if (entry !== undefined && entry.prototype === prototype) return entry.name;
  }
  return undefined;
}

/**
 * The index in {@link ERROR_KINDS} of an error, or -1: the first built-in error prototype in its chain. An object that
 * merely inherits from `Error.prototype` (as `DOMException` does) is an error too; a native error always is.
 */
export function errorKindOf(value: object, is: InertPredicates): number {
  const fallback = is.isNativeError(value) ? 0 : -1;
  let prototype = getPrototypeOf(value);
  // A proxy in the chain would run the guest's trap.
  while (prototype !== null && !is.isProxy(prototype)) {
    for (let kind = 0; kind < ERROR_KINDS.length; kind += 1) {
      if (errorPrototypes[kind] === prototype) return kind;
    }
    prototype = getPrototypeOf(prototype);
  }
  return fallback;
}
