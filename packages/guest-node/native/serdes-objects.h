// The C++ objects behind the handles of serializers and deserializers.
#pragma once

#include "owned.h"
#include "serdes-delegates.h"

namespace vivarium::serdes {

// The one field of a handle holds the address of its Writer or Reader; the brand says which.
constexpr int kFields = 1;

// The delegate lives on the handle under this key, so that no handle keeps itself alive through it.
inline Local<Private> DelegateKey(Isolate* isolate) { return Private::ForApi(isolate, Text(isolate, "vivarium:serdes")); }

inline Local<Object> DelegateOf(Isolate* isolate, Local<Object> handle) {
  Local<Value> delegate;
  if (handle->GetPrivate(isolate->GetCurrentContext(), DelegateKey(isolate)).ToLocal(&delegate) && delegate->IsObject()) {
    return delegate.As<Object>();
  }
  return Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
}

class Writer final : public Owned<Writer>, public ValueSerializer::Delegate {
 public:
  explicit Writer(State* owner) : Owned(owner), serializer(owner->isolate, this) { state->serdes->live++; }
  ~Writer() override { state->serdes->live--; }

  Local<Object> delegate() { return DelegateOf(state->isolate, handle.Get(state->isolate)); }

  void ThrowDataCloneError(Local<String> message) override { ThrowCloneError(state->isolate, delegate(), message); }

  Maybe<bool> WriteHostObject(Isolate* isolate, Local<Object> object) override {
    bool called;
    Local<Value> ignored;
    if (!CallDelegate(isolate, delegate(), "writeHostObject", object, &called).ToLocal(&ignored)) return Nothing<bool>();
    return called ? Just(true) : ValueSerializer::Delegate::WriteHostObject(isolate, object);
  }

  Maybe<uint32_t> GetSharedArrayBufferId(Isolate* isolate, Local<SharedArrayBuffer> buffer) override {
    return IdFrom(isolate, "getSharedArrayBufferId", buffer, [&] {
      return ValueSerializer::Delegate::GetSharedArrayBufferId(isolate, buffer);
    });
  }

  Maybe<uint32_t> GetWasmModuleTransferId(Isolate* isolate, Local<WasmModuleObject> module) override {
    return IdFrom(isolate, "getWasmModuleId", module.As<Value>(), [&] {
      return ValueSerializer::Delegate::GetWasmModuleTransferId(isolate, module);
    });
  }

  void* ReallocateBufferMemory(void* old, size_t size, size_t* actual) override {
    void* moved = state->serdes->Reallocate(old, size);
    *actual = moved == nullptr ? 0 : size;
    return moved;
  }
  void FreeBufferMemory(void* buffer) override { state->serdes->Free(buffer); }

  ValueSerializer serializer;

 private:
  template <typename Fallback>
  Maybe<uint32_t> IdFrom(Isolate* isolate, const char* name, Local<Value> object, Fallback fallback) {
    bool called;
    Local<Value> id;
    if (!CallDelegate(isolate, delegate(), name, object, &called).ToLocal(&id)) return Nothing<uint32_t>();
    return called ? id->Uint32Value(isolate->GetCurrentContext()) : fallback();
  }
};

class Reader final : public Owned<Reader>, public ValueDeserializer::Delegate {
 public:
  // Takes the copy over.
  Reader(State* owner, uint8_t* copy, size_t size)
      : Owned(owner), data(copy), length(size), deserializer(owner->isolate, copy, size, this) {
    state->serdes->live++;
  }
  ~Reader() override {
    state->serdes->Free(data);
    state->serdes->live--;
  }

  Local<Object> delegate() { return DelegateOf(state->isolate, handle.Get(state->isolate)); }

  MaybeLocal<Object> ReadHostObject(Isolate* isolate) override {
    Local<Value> object;
    bool called;
    if (!CallDelegate(isolate, delegate(), "readHostObject", Local<Value>(), &called).ToLocal(&object)) return {};
    if (!called) return ValueDeserializer::Delegate::ReadHostObject(isolate);
    // V8 takes what it gets for an ordinary object.
    if (object->IsObject() && !object->IsProxy()) return object.As<Object>();
    ThrowTypeError(isolate, "readHostObject must return an object that is no proxy");
    return {};
  }

  MaybeLocal<SharedArrayBuffer> GetSharedArrayBufferFromId(Isolate* isolate, uint32_t id) override {
    Local<Value> buffer;
    bool called;
    if (!CallDelegate(isolate, delegate(), "getSharedArrayBuffer", Integer::NewFromUnsigned(isolate, id), &called)
             .ToLocal(&buffer)) {
      return {};
    }
    if (!called) return ValueDeserializer::Delegate::GetSharedArrayBufferFromId(isolate, id);
    if (buffer->IsSharedArrayBuffer()) return buffer.As<SharedArrayBuffer>();
    ThrowTypeError(isolate, "getSharedArrayBuffer must return a SharedArrayBuffer");
    return {};
  }

  MaybeLocal<WasmModuleObject> GetWasmModuleFromId(Isolate* isolate, uint32_t id) override {
    Local<Value> module;
    bool called;
    if (!CallDelegate(isolate, delegate(), "getWasmModule", Integer::NewFromUnsigned(isolate, id), &called)
             .ToLocal(&module)) {
      return {};
    }
    if (!called) return ValueDeserializer::Delegate::GetWasmModuleFromId(isolate, id);
    if (module->IsWasmModuleObject()) return module.As<WasmModuleObject>();
    ThrowTypeError(isolate, "getWasmModule must return a WebAssembly.Module");
    return {};
  }

  uint8_t* data;
  size_t length;
  bool has_header = false;
  ValueDeserializer deserializer;
};

}  // namespace vivarium::serdes
