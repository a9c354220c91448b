/**
 * The intrinsics that guest-side code uses, captured before any program runs.
 *
 * A program may patch every prototype; code of ours that reached through one afterwards would run the program's code
 * in its own stead. So: no method calls on arrays, maps, strings or promises, no spread and no destructuring of
 * iterables outside this file's captures.
 */
type Method<This, Args extends readonly unknown[], Result> = (this: This, ...args: Args) => Result;

const { apply: reflectApply, ownKeys, getOwnPropertyDescriptor, construct } = Reflect;

/** Turns a method into a function that takes its receiver first. */
export function uncurryThis<This, Args extends readonly unknown[], Result>(
  method: Method<This, Args, Result>,
): (receiver: This, ...args: Args) => Result {
  return (receiver, ...args) => reflectApply(method, receiver, args) as Result;
}

export function getterOf<Target extends object, Value>(
  prototype: Target,
  name: PropertyKey,
): (receiver: Target) => Value {
  const getter = getOwnPropertyDescriptor(prototype, name)?.get;
  if (getter === undefined) throw new TypeError(`no getter ${String(name)}`);
  return (receiver) => reflectApply(getter, receiver, []) as Value;
}

export const ReflectApply: typeof Reflect.apply = reflectApply;
export const ReflectConstruct: typeof Reflect.construct = construct;
export const ReflectDeleteProperty: typeof Reflect.deleteProperty = Reflect.deleteProperty;
export const ReflectOwnKeys: typeof Reflect.ownKeys = ownKeys;
export const ReflectGetOwnPropertyDescriptor: typeof Reflect.getOwnPropertyDescriptor = getOwnPropertyDescriptor;
export const ReflectGet: typeof Reflect.get = Reflect.get;
export const ReflectGetPrototypeOf: typeof Reflect.getPrototypeOf = Reflect.getPrototypeOf;
export const ObjectCreate: (prototype: object | null) => object = Object.create;
export const ObjectFreeze: typeof Object.freeze = Object.freeze;
export const ObjectKeys: (target: object) => string[] = Object.keys;
export const ObjectSetPrototypeOf: typeof Object.setPrototypeOf = Object.setPrototypeOf;
export const ObjectHasOwn: (target: object, key: PropertyKey) => boolean = Object.hasOwn;
export const ObjectPrototypeToString: (receiver: unknown) => string = uncurryThis(Object.prototype.toString);
export const FunctionPrototypeBind = uncurryThis(
  Function.prototype.bind as (this: Function, self: unknown, ...args: unknown[]) => Function,
) as <Bound extends Function>(target: Bound, self: unknown, ...args: unknown[]) => Bound;

const ArrayPrototype: unknown[] = Array.prototype;
export const ArrayIsArray: (value: unknown) => value is unknown[] = Array.isArray as (v: unknown) => v is unknown[];
export const ArrayPrototypePop = uncurryThis(ArrayPrototype.pop) as <T>(array: T[]) => T | undefined;
export const ArrayPrototypeShift = uncurryThis(ArrayPrototype.shift) as <T>(array: T[]) => T | undefined;
export const ArrayPrototypeIndexOf = uncurryThis(ArrayPrototype.indexOf) as <T>(array: readonly T[], item: T) => number;
export const ArrayPrototypeIncludes = uncurryThis(ArrayPrototype.includes) as <T>(
  array: readonly T[],
  item: T,
) => boolean;
export const ArrayPrototypeJoin = uncurryThis(ArrayPrototype.join) as (
  array: readonly unknown[],
  separator: string,
) => string;
export const ArrayPrototypeSort = uncurryThis(
  ArrayPrototype.sort as (this: unknown[], compare?: (a: never, b: never) => number) => unknown[],
) as <T>(array: T[], compare?: (a: T, b: T) => number) => T[];

export const StringPrototypeCharCodeAt: (text: string, index: number) => number = uncurryThis(
  String.prototype.charCodeAt,
);
export const StringPrototypeSlice: (text: string, start?: number, end?: number) => string = uncurryThis(
  String.prototype.slice,
);
export const StringPrototypeIndexOf: (text: string, search: string, from?: number) => number = uncurryThis(
  String.prototype.indexOf,
);
export const StringPrototypeLastIndexOf: (text: string, search: string, from?: number) => number = uncurryThis(
  String.prototype.lastIndexOf,
);
export const StringPrototypeStartsWith: (text: string, search: string, from?: number) => boolean = uncurryThis(
  String.prototype.startsWith,
);
export const StringPrototypeEndsWith: (text: string, search: string) => boolean = uncurryThis(
  String.prototype.endsWith,
);
export const StringPrototypeIncludes: (text: string, search: string) => boolean = uncurryThis(
  String.prototype.includes,
);
export const StringPrototypeRepeat: (text: string, count: number) => string = uncurryThis(String.prototype.repeat);
export const StringPrototypeTrim: (text: string) => string = uncurryThis(String.prototype.trim);
export const StringPrototypeToLowerCase: (text: string) => string = uncurryThis(String.prototype.toLowerCase);
export const StringPrototypeToUpperCase: (text: string) => string = uncurryThis(String.prototype.toUpperCase);
export const StringPrototypeNormalize: (text: string, form?: string) => string = uncurryThis(
  String.prototype.normalize,
);
export const StringPrototypeCodePointAt: (text: string, index: number) => number | undefined = uncurryThis(
  String.prototype.codePointAt,
);
export const StringFromCharCode: (...codes: number[]) => string = String.fromCharCode;
export const SymbolPrototypeGetDescription = getterOf(Symbol.prototype, "description") as (
  symbol: symbol,
) => string | undefined;
export const { iterator: SymbolIterator, toPrimitive: SymbolToPrimitive, for: SymbolFor } = Symbol;

export const RegExpPrototypeExec: (pattern: RegExp, text: string) => RegExpExecArray | null = uncurryThis(
  RegExp.prototype.exec,
);

/** What all iterators of the language inherit. */
export const IteratorPrototype = ReflectGetPrototypeOf(ReflectGetPrototypeOf([].values()) as object) as object;

const MapGet = uncurryThis(Map.prototype.get as (this: Map<unknown, unknown>, key: unknown) => unknown);
const MapSet = uncurryThis(Map.prototype.set as (this: Map<unknown, unknown>, key: unknown, value: unknown) => unknown);
const MapHas = uncurryThis(Map.prototype.has as (this: Map<unknown, unknown>, key: unknown) => boolean);
const MapDelete = uncurryThis(Map.prototype.delete as (this: Map<unknown, unknown>, key: unknown) => boolean);
const MapForEach = uncurryThis(
  Map.prototype.forEach as (this: Map<unknown, unknown>, visit: (value: unknown, key: unknown) => void) => void,
);
export const MapPrototypeGetSize: (map: Map<unknown, unknown>) => number = getterOf(Map.prototype, "size");
export const MapPrototypeGet = MapGet as <K, V>(map: ReadonlyMap<K, V>, key: K) => V | undefined;
export const MapPrototypeSet = MapSet as <K, V>(map: Map<K, V>, key: K, value: V) => unknown;
export const MapPrototypeHas = MapHas as <K, V>(map: Map<K, V>, key: K) => boolean;
export const MapPrototypeDelete = MapDelete as <K, V>(map: Map<K, V>, key: K) => boolean;
export const MapPrototypeForEach = MapForEach as <K, V>(
  map: ReadonlyMap<K, V>,
  visit: (value: V, key: K) => void,
) => void;
const SetAdd = uncurryThis(Set.prototype.add as (this: Set<unknown>, value: unknown) => unknown);
const SetHas = uncurryThis(Set.prototype.has as (this: Set<unknown>, value: unknown) => boolean);
const SetDelete = uncurryThis(Set.prototype.delete as (this: Set<unknown>, value: unknown) => boolean);
const SetForEach = uncurryThis(Set.prototype.forEach as (this: Set<unknown>, visit: (value: unknown) => void) => void);
export const SetPrototypeGetSize: (set: Set<unknown>) => number = getterOf(Set.prototype, "size");
export const SetPrototypeForEach = SetForEach as <T>(set: Set<T>, visit: (value: T) => void) => void;
export const SetPrototypeAdd = SetAdd as <T>(set: Set<T>, value: T) => unknown;
export const SetPrototypeHas = SetHas as <T>(set: Set<T>, value: T) => boolean;
export const SetPrototypeDelete = SetDelete as <T>(set: Set<T>, value: T) => boolean;
export const WeakMapPrototypeGet = uncurryThis(
  WeakMap.prototype.get as (this: WeakMap<object, unknown>, key: object) => unknown,
) as <K extends WeakKey, V>(map: WeakMap<K, V>, key: K) => V | undefined;
export const WeakMapPrototypeSet = uncurryThis(
  WeakMap.prototype.set as (this: WeakMap<object, unknown>, key: object, value: unknown) => unknown,
) as <K extends WeakKey, V>(map: WeakMap<K, V>, key: K, value: V) => unknown;
export const WeakMapPrototypeDelete = uncurryThis(
  WeakMap.prototype.delete as (this: WeakMap<object, unknown>, key: object) => boolean,
) as <K extends WeakKey, V>(map: WeakMap<K, V>, key: K) => boolean;
export const WeakMapPrototypeHas = uncurryThis(
  WeakMap.prototype.has as (this: WeakMap<object, unknown>, key: object) => boolean,
) as <K extends WeakKey, V>(map: WeakMap<K, V>, key: K) => boolean;
export const WeakSetPrototypeHas: (set: WeakSet<object>, value: object) => boolean = uncurryThis(
  WeakSet.prototype.has as (this: WeakSet<object>, value: object) => boolean,
);
export const WeakSetPrototypeAdd: (set: WeakSet<object>, value: object) => unknown = uncurryThis(
  WeakSet.prototype.add as (this: WeakSet<object>, value: object) => unknown,
);
export const WeakRefPrototypeDeref = uncurryThis(
  WeakRef.prototype.deref as (this: WeakRef<object>) => object | undefined,
) as <T extends object>(ref: WeakRef<T>) => T | undefined;

/** Captured, so that a program's own `Promise` is none of ours. */
const PromiseConstructor = Promise;
/** A promise that follows any value: a thenable's `then` is called in a microtask, once. */
export const promiseFor = (value: unknown): Promise<unknown> =>
  new PromiseConstructor((resolve) => {
    resolve(value);
  });

const TypedArrayPrototype = ReflectGetPrototypeOf(Uint8Array.prototype) as Uint8Array;
export const TypedArrayPrototypeSet = uncurryThis(
  TypedArrayPrototype.set as (this: Uint8Array, source: ArrayLike<number>, offset?: number) => void,
);
export const TypedArrayPrototypeFill = uncurryThis(
  TypedArrayPrototype.fill as (this: Uint8Array, value: number, start?: number, end?: number) => Uint8Array,
);
export const TypedArrayPrototypeGetBuffer: (view: Uint8Array | Uint32Array) => ArrayBufferLike = getterOf(
  TypedArrayPrototype as Uint8Array | Uint32Array,
  "buffer",
);
export const TypedArrayPrototypeGetByteOffset: (view: Uint8Array) => number = getterOf(
  TypedArrayPrototype,
  "byteOffset",
);
export const TypedArrayPrototypeGetByteLength: (view: Uint8Array) => number = getterOf(
  TypedArrayPrototype,
  "byteLength",
);
export const TypedArrayPrototypeGetLength: (view: Uint8Array | Float64Array) => number = getterOf(
  TypedArrayPrototype as Uint8Array | Float64Array,
  "length",
);
export const DataViewPrototypeGetBuffer: (view: DataView) => ArrayBufferLike = getterOf(DataView.prototype, "buffer");
export const DataViewPrototypeGetByteOffset: (view: DataView) => number = getterOf(DataView.prototype, "byteOffset");
export const DataViewPrototypeGetByteLength: (view: DataView) => number = getterOf(DataView.prototype, "byteLength");
export const ArrayBufferPrototypeGetByteLength: (buffer: ArrayBuffer) => number = getterOf(
  ArrayBuffer.prototype,
  "byteLength",
);
export const ArrayBufferIsView: (value: unknown) => value is ArrayBufferView = ArrayBuffer.isView as (
  value: unknown,
) => value is ArrayBufferView;

export const {
  floor: MathFloor,
  min: MathMin,
  max: MathMax,
  trunc: MathTrunc,
  ceil: MathCeil,
  round: MathRound,
} = Math;
export const { log: MathLog, sqrt: MathSqrt, pow: MathPow, clz32: MathClz32, abs: MathAbs } = Math;
export const { asIntN: BigIntAsIntN } = BigInt;
/** As they are: each takes its date as `this`. */
export const {
  getSeconds: DateGetSeconds,
  getMinutes: DateGetMinutes,
  getHours: DateGetHours,
  getDate: DateGetDate,
  getMonth: DateGetMonth,
  getFullYear: DateGetFullYear,
  getDay: DateGetDay,
  getTimezoneOffset: DateGetTimezoneOffset,
  getTime: DateGetTime,
} = Date.prototype;
export const NumberIsInteger: (value: unknown) => boolean = Number.isInteger;
export const NumberIsNaN: (value: unknown) => boolean = Number.isNaN;
export const JSONParse: (text: string) => unknown = JSON.parse;
export const JSONStringify: (value: unknown) => string | undefined = JSON.stringify;
export const globalObject: typeof globalThis = globalThis;
