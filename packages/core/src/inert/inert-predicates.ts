/**
 * What only the engine can tell about an object, for sure and without running any code of it. The names and answers are
 * those of `util.types` of Node, which can be passed as it is.
 */
export interface InertPredicates {
  isProxy(value: unknown): boolean;
  isPromise(value: unknown): boolean;
  isMap(value: unknown): boolean;
  isSet(value: unknown): boolean;
  isDate(value: unknown): boolean;
  isRegExp(value: unknown): boolean;
  isNativeError(value: unknown): boolean;
  isArrayBuffer(value: unknown): boolean;
  isSharedArrayBuffer(value: unknown): boolean;
  isDataView(value: unknown): boolean;
  isBoxedPrimitive(value: unknown): boolean;
  isModuleNamespaceObject(value: unknown): boolean;
  isWeakMap(value: unknown): boolean;
  isWeakSet(value: unknown): boolean;
  isMapIterator(value: unknown): boolean;
  isSetIterator(value: unknown): boolean;
  isGeneratorObject(value: unknown): boolean;
}
