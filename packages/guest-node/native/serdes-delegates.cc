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

Maybe<uint32_t> Numbered::IdOf(Local<Context> context, Local<Value> object) {
  Local<Value> known;
  if (!numbers->Get(context, object).ToLocal(&known)) return Nothing<uint32_t>();
  if (known->IsUint32()) return Just(known.As<Uint32>()->Value());
  uint32_t next = table->Length();
  if (numbers->Set(context, object, Integer::NewFromUnsigned(context->GetIsolate(), next)).IsEmpty() ||
      table->CreateDataProperty(context, next, object).IsNothing()) {
    return Nothing<uint32_t>();
  }
  return Just(next);
}

}  // namespace vivarium
