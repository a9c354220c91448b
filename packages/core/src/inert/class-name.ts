import type { InertPredicates } from "./inert-predicates.ts";
import {
  charCodeAt,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  objectPrototype,
  quoteString,
  sliceString,
  toStringTag,
} from "./intrinsics.ts";

const LONGEST_CLASS = 60;

/**
 * Whether what an object inherits tells of a built-in or another class that keeps what it has to itself: a
 * `Symbol.toStringTag`, as `URL`, `Intl.NumberFormat` and every iterator have one. No getter is called.
 */
export function isTagged(value: object, is: InertPredicates): boolean {
  let prototype = getPrototypeOf(value);
  while (prototype !== null && prototype !== objectPrototype && !is.isProxy(prototype)) {
    if (hasOwn(prototype, toStringTag)) return tagOf(prototype) !== "Object";
    prototype = getPrototypeOf(prototype);
  }
  return false;
}

/** What an object is called by its class: `a URL`. `undefined` for a plain object, and where no class has a name. */
export function classNameOf(value: object, is: InertPredicates): string | undefined {
  let prototype = getPrototypeOf(value);
  while (prototype !== null && prototype !== objectPrototype && !is.isProxy(prototype)) {
    const tag = tagOf(prototype);
    const name = typeof tag === "string" && tag !== "" ? tag : nameOfConstructor(prototype, is);
    if (name !== undefined) return name === "Object" ? undefined : withArticle(name);
    prototype = getPrototypeOf(prototype);
  }
  return undefined;
}

function tagOf(prototype: object): unknown {
  return ownValue(prototype, toStringTag);
}

function nameOfConstructor(prototype: object, is: InertPredicates): string | undefined {
  const maker = ownValue(prototype, "constructor");
  if (typeof maker !== "function" || is.isProxy(maker)) return undefined;
  const name = ownValue(maker, "name");
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** The value of an own property that is no accessor. */
function ownValue(target: object, key: PropertyKey): unknown {
  const descriptor = getOwnPropertyDescriptor(target, key);
  return descriptor !== undefined && hasOwn(descriptor, "value") ? descriptor.value : undefined;
}

/** The name may be the program's: control characters come out escaped, and a long one is cut. */
function withArticle(name: string): string {
  const isLong = name.length > LONGEST_CLASS;
  const quoted = quoteString(isLong ? sliceString(name, 0, LONGEST_CLASS) : name);
  const shown = `${sliceString(quoted, 1, quoted.length - 1)}${isLong ? "…" : ""}`;
  return `${isVowel(charCodeAt(name, 0)) ? "an" : "a"} ${shown}`;
}

/** A, E, I and O: an initial U is mostly spoken as in `URL`. */
function isVowel(code: number): boolean {
  const letter = code | 0x20;
  return letter === 97 || letter === 101 || letter === 105 || letter === 111;
}
