#include "serdes-delegates.h"

namespace vivarium {

MaybeLocal<Value> CallDelegate(Isolate* isolate, Local<Object> delegate, const char* name, Local<Value> argument,
                               bool* called) {
  // V8 reads under a ban on running JavaScript, which holds for what it does not call itself.
  Isolate::AllowJavascriptExecutionScope allowed(isolate);
  Local<Context> context = isolate->GetCurrentContext();
  *called = false;
  Local<Value> function;
  if (!delegate->Get(context, Text(isolate, name)).ToLocal(&function)) return {};
  if (!function->IsFunction()) return Undefined(isolate).As<Value>();
  *called = true;
  return function.As<Function>()->Call(context, delegate, argument.IsEmpty() ? 0 : 1, &argument);
}

void ThrowCloneError(Isolate* isolate, Local<Object> delegate, Local<String> message) {
  bool called;
  Local<Value> error;
  if (!CallDelegate(isolate, delegate, "dataCloneError", message, &called).ToLocal(&error)) return;
  isolate->ThrowException(called ? error : Exception::Error(message));
}

bool IsMarkedHostObject(Isolate* isolate, Local<Object> object) {
  Local<Private> mark = Private::ForApi(isolate, Text(isolate, "transfer_mode_private_symbol"));
  return !object->IsProxy() && object->HasPrivate(isolate->GetCurrentContext(), mark).FromMaybe(false);
}

Maybe<uint32_t> IdIn(Local<Context> context, Local<Array> table, Local<Value> object) {
  uint32_t length = table->Length();
  for (uint32_t i = 0; i < length; i++) {
    Local<Value> held;
    if (!table->Get(context, i).ToLocal(&held)) return Nothing<uint32_t>();
    if (held->StrictEquals(object)) return Just(i);
  }
  if (table->CreateDataProperty(context, length, object).IsNothing()) return Nothing<uint32_t>();
  return Just(length);
}

}  // namespace vivarium
