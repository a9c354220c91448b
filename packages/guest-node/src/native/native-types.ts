/** A question about any value. */
export type Predicate = (value: unknown) => boolean;

/** The predicates of `internalBinding('types')`, and a few that `internalBinding('util')` repeats. */
export interface NativeTypes {
  readonly isExternal: Predicate;
  readonly isDate: Predicate;
  readonly isArgumentsObject: Predicate;
  readonly isBigIntObject: Predicate;
  readonly isBooleanObject: Predicate;
  readonly isNumberObject: Predicate;
  readonly isStringObject: Predicate;
  readonly isSymbolObject: Predicate;
  readonly isBoxedPrimitive: Predicate;
  readonly isNativeError: Predicate;
  readonly isRegExp: Predicate;
  readonly isAsyncFunction: Predicate;
  readonly isGeneratorFunction: Predicate;
  readonly isGeneratorObject: Predicate;
  readonly isPromise: Predicate;
  readonly isMap: Predicate;
  readonly isSet: Predicate;
  readonly isMapIterator: Predicate;
  readonly isSetIterator: Predicate;
  readonly isWeakMap: Predicate;
  readonly isWeakSet: Predicate;
  readonly isArrayBuffer: Predicate;
  readonly isArrayBufferView: Predicate;
  readonly isTypedArray: Predicate;
  readonly isUint8Array: Predicate;
  readonly isDataView: Predicate;
  readonly isSharedArrayBuffer: Predicate;
  readonly isAnyArrayBuffer: Predicate;
  readonly isProxy: Predicate;
  readonly isModuleNamespaceObject: Predicate;
  readonly isWasmModuleObject: Predicate;
  readonly isWasmMemoryObject: Predicate;
}
