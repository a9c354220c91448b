// How V8's serializers reach the guest: functions looked up on a delegate object when they are needed.
#pragma once

#include "serdes-buffers.h"

namespace vivarium {

// Calls delegate[name](argument) if that is a function. `called` says whether it was.
MaybeLocal<Value> CallDelegate(Isolate* isolate, Local<Object> delegate, const char* name, Local<Value> argument,
                               bool* called);

// Throws delegate.dataCloneError(message), or a plain Error.
void ThrowCloneError(Isolate* isolate, Local<Object> delegate, Local<String> message);

// True for what the guest's own JavaScript clones or refuses: objects under a private symbol.
bool IsMarkedHostObject(Isolate* isolate, Local<Object> object);

// Where the pieces lie that cannot be in bytes.
struct SideTable {
  Local<Array> shared;
  Local<Array> wasm;
};

// Numbers for the objects of a side table: the same for the same object, found without a search.
struct Numbered {
  Local<Array> table;
  Local<v8::Map> numbers;

  Numbered(Isolate* isolate, Local<Array> list) : table(list), numbers(v8::Map::New(isolate)) {}
  Maybe<uint32_t> IdOf(Local<Context> context, Local<Value> object);
};

}  // namespace vivarium
