/**
 * What the language does by a look at a prototype, done without one: a program may have put there what it likes.
 */

import {
  MathMax,
  MathMin,
  ObjectCreate,
  ObjectSetPrototypeOf,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSet,
  uncurryThis,
} from "./primordial.ts";

const { defineProperty } = Object;
const { pop } = Array.prototype;
const PromiseThen = uncurryThis(
  Promise.prototype.then as (
    this: Promise<unknown>,
    fulfilled?: (value: never) => unknown,
    rejected?: (reason: unknown) => unknown,
  ) => Promise<unknown>,
) as <T>(
  promise: Promise<T>,
  fulfilled?: (value: T) => unknown,
  rejected?: (reason: unknown) => unknown,
) => Promise<unknown>;

/**
 * `subarray` without a look at the view's `constructor`: a program may have put a getter there, which would be handed
 * the view, the shared window included.
 */
export function TypedArrayPrototypeSubarray(
  view: Uint8Array,
  start = 0,
  end: number = TypedArrayPrototypeGetLength(view),
): Uint8Array {
  const length = TypedArrayPrototypeGetLength(view);
  const from = MathMin(start, length);
  const offset = TypedArrayPrototypeGetByteOffset(view) + from;
  return new Uint8Array(TypedArrayPrototypeGetBuffer(view), offset, MathMax(MathMin(end, length) - from, 0));
}

/** `slice` without a look at the view's `constructor`, for the same reason. */
export function TypedArrayPrototypeSlice(view: Uint8Array, start?: number, end?: number): Uint8Array<ArrayBuffer> {
  const part = TypedArrayPrototypeSubarray(view, start, end);
  const copy = new Uint8Array(TypedArrayPrototypeGetLength(part));
  TypedArrayPrototypeSet(copy, part);
  return copy;
}

/**
 * Takes the prototype from an object literal of ours, and answers it: what it leaves out is then absent, whatever a
 * program has put on `Object.prototype`.
 */
export function withoutPrototype<Literal extends object>(literal: Literal): Literal {
  return ObjectSetPrototypeOf(literal, null) as Literal;
}

/** `Object.defineProperty`, with a descriptor that inherits nothing. */
export function ObjectDefineProperty<Target>(
  target: Target,
  key: PropertyKey,
  descriptor: PropertyDescriptor & ThisType<unknown>,
): Target {
  return defineProperty(target, key, withoutPrototype(descriptor));
}

/** Gives an object a property of its own, as an assignment would, but past every setter that it inherits. */
export function setOwn(target: object, key: PropertyKey, value: unknown): void {
  const descriptor = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
  defineProperty(target, key, descriptor as PropertyDescriptor);
}

/** {@link setOwn} for a property that is not enumerable. */
export function defineOwn(target: object, key: PropertyKey, value: unknown): void {
  const descriptor = { __proto__: null, value, writable: true, enumerable: false, configurable: true };
  defineProperty(target, key, descriptor as PropertyDescriptor);
}

/** `push` past the setters that a program may have put on `Array.prototype`: they would be handed the item. */
export function ArrayPrototypePush<T>(array: T[], item: T): number {
  setOwn(array, array.length, item);
  return array.length;
}

/** `split` without a look at the separator's `Symbol.split`, which every text inherits. */
export function StringPrototypeSplit(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let end = StringPrototypeIndexOf(text, separator); end >= 0; ) {
    ArrayPrototypePush(parts, StringPrototypeSlice(text, start, end));
    start = end + separator.length;
    end = StringPrototypeIndexOf(text, separator, start);
  }
  ArrayPrototypePush(parts, StringPrototypeSlice(text, start));
  return parts;
}

/** `then` without a look at the promise's `constructor`, which a program may have replaced. */
export function PromisePrototypeThen<T>(
  promise: Promise<T>,
  fulfilled?: (value: T) => unknown,
  rejected?: (reason: unknown) => unknown,
): Promise<unknown> {
  ObjectDefineProperty(promise, "constructor", { value: undefined, configurable: true });
  return PromiseThen(promise, fulfilled, rejected);
}

/** A stack that inherits nothing but has `pop`, for Node's library, which writes to it by index. */
export function ownStack(): unknown[] {
  const stack: unknown[] = [];
  ObjectDefineProperty(stack, "pop", { value: pop });
  return ObjectSetPrototypeOf(stack, null) as unknown[];
}

/** Takes one item out of an array. `splice` would ask the array's `constructor` what to put it into. */
export function removeAt(array: unknown[], index: number): void {
  // Every index that is written to here is already the array's own: no setter is asked.
  for (let next = index + 1; next < array.length; next++) array[next - 1] = array[next];
  array.length -= 1;
}

/** A fresh object without prototype, typed as a dictionary. */
export function dictionary<Value>(): Record<string, Value> {
  return ObjectCreate(null) as Record<string, Value>;
}

/** `Promise.resolve()`, past what a program has made of `Promise`. */
export function resolvedPromise(): Promise<undefined> {
  return new Promise((resolve) => resolve(undefined));
}

/** A promise and what settles it: made apart, so that nothing that is done for it has V8's frame of a constructor in its stacks. */
export interface Pending<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise that is pending. */
export function pendingPromise<T>(): Pending<T> {
  let resolve: ((value: T) => void) | undefined;
  let reject: ((error: unknown) => void) | undefined;
  const promise = new Promise<T>((fulfill, refuse) => {
    resolve = fulfill;
    reject = refuse;
  });
  return { promise, resolve, reject } as Pending<T>;
}
