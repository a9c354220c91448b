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

// A number for an object in a side table: the same for the same object.
Maybe<uint32_t> IdIn(Local<Context> context, Local<Array> table, Local<Value> object);

}  // namespace vivarium
