// Which kind of value is this: the questions of internalBinding('types') that only V8 answers.
#include "helper.h"

namespace vivarium::types {

namespace {

#define PREDICATE(Name) \
  void Name(const Info& args) { args.GetReturnValue().Set(args[0]->Name()); }

PREDICATE(IsExternal)
PREDICATE(IsDate)
PREDICATE(IsArgumentsObject)
PREDICATE(IsBigIntObject)
PREDICATE(IsBooleanObject)
PREDICATE(IsNumberObject)
PREDICATE(IsStringObject)
PREDICATE(IsSymbolObject)
PREDICATE(IsNativeError)
PREDICATE(IsRegExp)
PREDICATE(IsAsyncFunction)
PREDICATE(IsGeneratorFunction)
PREDICATE(IsGeneratorObject)
PREDICATE(IsPromise)
PREDICATE(IsMap)
PREDICATE(IsSet)
PREDICATE(IsMapIterator)
PREDICATE(IsSetIterator)
PREDICATE(IsWeakMap)
PREDICATE(IsWeakSet)
PREDICATE(IsArrayBuffer)
PREDICATE(IsArrayBufferView)
PREDICATE(IsTypedArray)
PREDICATE(IsUint8Array)
PREDICATE(IsDataView)
PREDICATE(IsSharedArrayBuffer)
PREDICATE(IsProxy)
PREDICATE(IsModuleNamespaceObject)
PREDICATE(IsWasmModuleObject)
PREDICATE(IsWasmMemoryObject)
#undef PREDICATE

void IsAnyArrayBuffer(const Info& args) {
  args.GetReturnValue().Set(args[0]->IsArrayBuffer() || args[0]->IsSharedArrayBuffer());
}

void IsBoxedPrimitive(const Info& args) {
  Local<Value> value = args[0];
  args.GetReturnValue().Set(value->IsNumberObject() || value->IsStringObject() || value->IsBooleanObject() ||
                            value->IsBigIntObject() || value->IsSymbolObject());
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"isExternal", IsExternal, 1},
      {"isDate", IsDate, 1},
      {"isArgumentsObject", IsArgumentsObject, 1},
      {"isBigIntObject", IsBigIntObject, 1},
      {"isBooleanObject", IsBooleanObject, 1},
      {"isNumberObject", IsNumberObject, 1},
      {"isStringObject", IsStringObject, 1},
      {"isSymbolObject", IsSymbolObject, 1},
      {"isBoxedPrimitive", IsBoxedPrimitive, 1},
      {"isNativeError", IsNativeError, 1},
      {"isRegExp", IsRegExp, 1},
      {"isAsyncFunction", IsAsyncFunction, 1},
      {"isGeneratorFunction", IsGeneratorFunction, 1},
      {"isGeneratorObject", IsGeneratorObject, 1},
      {"isPromise", IsPromise, 1},
      {"isMap", IsMap, 1},
      {"isSet", IsSet, 1},
      {"isMapIterator", IsMapIterator, 1},
      {"isSetIterator", IsSetIterator, 1},
      {"isWeakMap", IsWeakMap, 1},
      {"isWeakSet", IsWeakSet, 1},
      {"isArrayBuffer", IsArrayBuffer, 1},
      {"isArrayBufferView", IsArrayBufferView, 1},
      {"isTypedArray", IsTypedArray, 1},
      {"isUint8Array", IsUint8Array, 1},
      {"isDataView", IsDataView, 1},
      {"isSharedArrayBuffer", IsSharedArrayBuffer, 1},
      {"isProxy", IsProxy, 1},
      {"isModuleNamespaceObject", IsModuleNamespaceObject, 1},
      {"isAnyArrayBuffer", IsAnyArrayBuffer, 1},
      {"isWasmModuleObject", IsWasmModuleObject, 1},
      {"isWasmMemoryObject", IsWasmMemoryObject, 1},
  };
  Install(state, Topic(state, target, "types"), kEntries);
}

}  // namespace vivarium::types
