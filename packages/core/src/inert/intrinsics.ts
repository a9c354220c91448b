import { TYPED_ARRAY_KINDS } from "./inert-format.ts";

/**
 * The built-ins that the codec uses, taken when this module is loaded: in a guest that is before any program runs.
 * Programs patch prototypes; nothing of the codec may go through one afterwards. That rules out, beside methods:
 * spread, array destructuring, `for … of`, and assignments to new elements of arrays (setters on `Array.prototype`).
 */

type Uncurried<This, Args extends readonly unknown[], Result> = (self: This, ...args: Args) => Result;

const { bind, call } = Function.prototype;

/** `uncurry(f)(self, …args)` is `f.call(self, …args)`, without looking anything up. */
const uncurry: <This, Args extends readonly unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
) => Uncurried<This, Args, Result> = bind.bind(call);

/** An engine that lacks the getter fails at its use, not here: it is for others to say that this engine will not do. */
function uncurryGetter<This, Result>(prototype: object, name: PropertyKey): (self: This) => Result {
  const getter = Object.getOwnPropertyDescriptor(prototype, name)?.get ?? refuseWithout(name);
  return uncurry(getter as (this: This) => Result);
}

function refuseWithout(name: PropertyKey): () => never {
  const message = `Cannot find the built-in getter ${String(name)}`;
  return () => {
    throw new TypeError(message);
  };
}

export const getPrototypeOf: (value: object) => object | null = Object.getPrototypeOf;
export const ownKeys: (value: object) => readonly string[] = Object.keys;
export const ownSymbols: (value: object) => readonly symbol[] = Object.getOwnPropertySymbols;
export const getOwnPropertyDescriptor: (value: object, key: PropertyKey) => PropertyDescriptor | undefined =
  Object.getOwnPropertyDescriptor;
export const toStringTag: symbol = Symbol.toStringTag;
export const hasOwn: (value: object, key: PropertyKey) => boolean = Object.hasOwn;
export const isEnumerable: (self: object, key: PropertyKey) => boolean = uncurry(
  Object.prototype.propertyIsEnumerable as (this: unknown, key: PropertyKey) => boolean,
);
const defineProperty: typeof Object.defineProperty = Object.defineProperty;
/** Gives an object a property of its own, past every setter that it inherits. */
export function defineOwn(target: object, key: PropertyKey, value: unknown, enumerable: boolean): void {
  const descriptor = { __proto__: null, value, writable: true, configurable: true, enumerable };
  defineProperty(target, key, descriptor as PropertyDescriptor);
}
const create: (prototype: null) => Record<number, never> = Object.create;
/** An object that inherits nothing. */
export const createBare = (): Record<number, never> => create(null);
export const removeOwn: (target: object, key: PropertyKey) => boolean = Reflect.deleteProperty;
export const boxed: (primitive: unknown) => object = Object;
export const isArray: (value: object) => value is readonly unknown[] = Array.isArray;
export const smaller: (a: number, b: number) => number = Math.min;
export const roundUp: (value: number) => number = Math.ceil;
export const quoteString: (text: string) => string = JSON.stringify;
export const objectPrototype: object = Object.prototype;

const keysOf: (value: object) => readonly PropertyKey[] = Reflect.ownKeys;
const arrayPrototype: object = Array.prototype;
/** Whether a program has put elements where every array looks for those that it lacks. */
export function arraysInheritElements(): boolean {
  return hasElements(arrayPrototype) || hasElements(objectPrototype);
}
/** Keys that are indices come first. */
function hasElements(value: object): boolean {
  const first = keysOf(value)[0];
  return typeof first === "string" && first >= "0" && first < ":";
}

export const charCodeAt: (self: string, index: number) => number = uncurry(String.prototype.charCodeAt);
export const isWellFormed: (self: string) => boolean = uncurry(String.prototype.isWellFormed);
export const sliceString: (self: string, start: number, end: number) => string = uncurry(String.prototype.slice);

export const symbolToString: (self: symbol) => string = uncurry(Symbol.prototype.toString);
export const dateValue: (self: object) => number = uncurry(Date.prototype.getTime as (this: unknown) => number);
export const bigintToString: (self: bigint, radix: number) => string = uncurry(BigInt.prototype.toString);

export const MapConstructor: MapConstructor = Map;
export const mapGet: <Key, Value>(self: Map<Key, Value>, key: Key) => Value | undefined = uncurry(Map.prototype.get);
export const mapSet: <Key, Value>(self: Map<Key, Value>, key: Key, value: Value) => unknown = uncurry(
  Map.prototype.set,
);
export const mapSize: (self: Map<unknown, unknown>) => number = uncurryGetter(Map.prototype, "size");
export const SetConstructor: SetConstructor = Set;
export const setAdd: <Member>(self: Set<Member>, member: Member) => unknown = uncurry(Set.prototype.add);
export const setSize: (self: Set<unknown>) => number = uncurryGetter(Set.prototype, "size");
export const mapEntries: (self: object) => object = uncurry(Map.prototype.entries as (this: unknown) => object);
export const setValues: (self: object) => object = uncurry(Set.prototype.values as (this: unknown) => object);

/** What `next()` of a built-in iterator answers: own properties only. */
export interface IteratorStep {
  readonly done: boolean;
  readonly value: unknown;
}
type Next = (self: object) => IteratorStep;
export const mapIteratorNext: Next = uncurry(new Map().entries().next as (this: unknown) => IteratorStep);
export const setIteratorNext: Next = uncurry(new Set().values().next as (this: unknown) => IteratorStep);

export const numberValue: (self: object) => number = uncurry(Number.prototype.valueOf as (this: unknown) => number);
export const stringValue: (self: object) => string = uncurry(String.prototype.valueOf as (this: unknown) => string);
export const booleanValue: (self: object) => boolean = uncurry(Boolean.prototype.valueOf as (this: unknown) => boolean);
export const bigintValue: (self: object) => bigint = uncurry(BigInt.prototype.valueOf as (this: unknown) => bigint);
export const symbolValue: (self: object) => symbol = uncurry(Symbol.prototype.valueOf as (this: unknown) => symbol);

export const execute: (self: RegExp, text: string) => unknown = uncurry(RegExp.prototype.exec);
export const regExpSource: (self: object) => string = uncurryGetter(RegExp.prototype, "source");
/** Each flag by a getter of its own: that of `flags` looks them up on the object. */
export const regExpFlags: readonly { readonly flag: string; readonly isSet: (self: object) => boolean }[] = [
  { flag: "d", isSet: uncurryGetter(RegExp.prototype, "hasIndices") },
  { flag: "g", isSet: uncurryGetter(RegExp.prototype, "global") },
  { flag: "i", isSet: uncurryGetter(RegExp.prototype, "ignoreCase") },
  { flag: "m", isSet: uncurryGetter(RegExp.prototype, "multiline") },
  { flag: "s", isSet: uncurryGetter(RegExp.prototype, "dotAll") },
  { flag: "u", isSet: uncurryGetter(RegExp.prototype, "unicode") },
  { flag: "v", isSet: uncurryGetter(RegExp.prototype, "unicodeSets") },
  { flag: "y", isSet: uncurryGetter(RegExp.prototype, "sticky") },
];

const typedArrayPrototype: object = Object.getPrototypeOf(Uint8Array.prototype);
type TypedArrayConstructor = (new (buffer: ArrayBuffer) => object) & { readonly BYTES_PER_ELEMENT: number };
/** Those that this engine has. */
export const typedArrayConstructors: Readonly<
  Partial<Record<(typeof TYPED_ARRAY_KINDS)[number], TypedArrayConstructor>>
> = Object.assign(
  Object.create(null),
  Object.fromEntries(TYPED_ARRAY_KINDS.map((kind) => [kind, Reflect.get(globalThis, kind)])),
);
export const Uint8ArrayConstructor: Uint8ArrayConstructor = Uint8Array;
export const DataViewConstructor: DataViewConstructor = DataView;
export const ArrayBufferConstructor: ArrayBufferConstructor = ArrayBuffer;
/** The name of a typed array's kind, or `undefined` for anything else. */
export const typedArrayKind: (self: object) => string | undefined = uncurryGetter(
  typedArrayPrototype,
  Symbol.toStringTag,
);
export const typedArrayBuffer: (self: object) => ArrayBuffer = uncurryGetter(typedArrayPrototype, "buffer");
export const typedArrayOffset: (self: object) => number = uncurryGetter(typedArrayPrototype, "byteOffset");
export const typedArrayBytes: (self: object) => number = uncurryGetter(typedArrayPrototype, "byteLength");
export const copyBytes: (self: Uint8Array, source: Uint8Array, offset: number) => void = uncurry(
  Uint8Array.prototype.set as (this: Uint8Array, source: Uint8Array, offset: number) => void,
);
/** A view of a part of another, without a look at the `constructor` of that. */
export function viewOf(view: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  return new Uint8ArrayConstructor(typedArrayBuffer(view), typedArrayOffset(view) + start, end - start);
}
export const dataViewBuffer: (self: object) => ArrayBuffer = uncurryGetter(DataView.prototype, "buffer");
export const dataViewOffset: (self: object) => number = uncurryGetter(DataView.prototype, "byteOffset");
export const dataViewBytes: (self: object) => number = uncurryGetter(DataView.prototype, "byteLength");
export const setFloat64: (self: DataView, offset: number, value: number, littleEndian: boolean) => void = uncurry(
  DataView.prototype.setFloat64,
);
export const getFloat64: (self: DataView, offset: number, littleEndian: boolean) => number = uncurry(
  DataView.prototype.getFloat64,
);
export const getUint32: (self: DataView, offset: number, littleEndian: boolean) => number = uncurry(
  DataView.prototype.getUint32,
);
export const bufferBytes: (self: object) => number = uncurryGetter(ArrayBuffer.prototype, "byteLength");
export const isDetached: (self: object) => boolean = uncurryGetter(ArrayBuffer.prototype, "detached");

export const errorPrototypes: readonly object[] = [
  Error.prototype,
  EvalError.prototype,
  RangeError.prototype,
  ReferenceError.prototype,
  SyntaxError.prototype,
  TypeError.prototype,
  URIError.prototype,
  AggregateError.prototype,
];
/** Objects that hold nothing to copy, and that the engine's predicates do not know. */
export const emptyPrototypes: readonly { readonly prototype: object; readonly name: string }[] = [
  { prototype: WeakRef.prototype, name: "a WeakRef" },
  { prototype: FinalizationRegistry.prototype, name: "a FinalizationRegistry" },
];
