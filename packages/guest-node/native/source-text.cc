#include "source-text.h"

#include <climits>
#include <new>

namespace vivarium {

bool SourcePlace::Read(const Info& args, int first) {
  Isolate* isolate = args.GetIsolate();
  if (!args[first]->IsString() || !args[first + 1]->IsString()) {
    ThrowTypeError(isolate, "a source text and a file name are needed");
    return false;
  }
  if (!(args[first + 2]->IsInt32() || args[first + 2]->IsUndefined()) ||
      !(args[first + 3]->IsInt32() || args[first + 3]->IsUndefined())) {
    ThrowTypeError(isolate, "line and column offsets are 32-bit integers");
    return false;
  }
  code = args[first].As<String>();
  filename = args[first + 1].As<String>();
  line_offset = args[first + 2]->IsInt32() ? args[first + 2].As<Int32>()->Value() : 0;
  column_offset = args[first + 3]->IsInt32() ? args[first + 3].As<Int32>()->Value() : 0;
  return true;
}

ScriptCompiler::CachedData* CachedDataArgument(State* state, Local<Value> value, const CacheSubject& subject,
                                               bool* ok) {
  Isolate* isolate = state->isolate;
  *ok = true;
  if (value->IsNullOrUndefined()) return nullptr;
  ReadBytes bytes;
  if (!value->IsArrayBufferView() || !bytes.Open(value)) {
    ThrowTypeError(isolate, "cached data is a view of bytes");
    *ok = false;
    return nullptr;
  }
  if (bytes.failed()) {
    ThrowOutOfMemory(isolate);
    *ok = false;
    return nullptr;
  }
  if (bytes.size() <= Seal::kSize || bytes.size() > INT_MAX) return nullptr;
  size_t size = bytes.size() - Seal::kSize;
  // The copy is what is checked and what is used: the guest keeps its hands on the original.
  auto* copy = new (std::nothrow) uint8_t[bytes.size()];
  if (copy == nullptr) {
    ThrowOutOfMemory(isolate);
    *ok = false;
    return nullptr;
  }
  std::memcpy(copy, bytes.data(), bytes.size());
  Seal seal = SealOf(state, subject, copy, size);
  uint8_t difference = 0;
  for (size_t i = 0; i < Seal::kSize; i++) difference |= static_cast<uint8_t>(seal.bytes[i] ^ copy[size + i]);
  if (difference != 0) {
    delete[] copy;
    return nullptr;
  }
  return new ScriptCompiler::CachedData(copy, static_cast<int>(size), ScriptCompiler::CachedData::BufferOwned);
}

Local<Value> CachedDataResult(State* state, const CacheSubject& subject, ScriptCompiler::CachedData* data) {
  Isolate* isolate = state->isolate;
  Local<Value> result = Undefined(isolate);
  Local<ArrayBuffer> buffer;
  if (data != nullptr && data->length > 0) {
    auto size = static_cast<size_t>(data->length);
    if (ArrayBuffer::MaybeNew(isolate, size + Seal::kSize).ToLocal(&buffer)) {
      Seal seal = SealOf(state, subject, data->data, size);
      std::memcpy(buffer->Data(), data->data, size);
      std::memcpy(static_cast<uint8_t*>(buffer->Data()) + size, seal.bytes, Seal::kSize);
      result = Uint8Array::New(buffer, 0, size + Seal::kSize);
    }
  }
  delete data;
  return result;
}

Local<Value> CachedDataRejected(Isolate* isolate, Local<Value> given, const ScriptCompiler::Source& source) {
  if (given->IsNullOrUndefined()) return Undefined(isolate);
  return Boolean::New(isolate, source.GetCachedData() == nullptr || source.GetCachedData()->rejected);
}

Local<Private> HostOptionSymbol(Isolate* isolate) {
  return Private::ForApi(isolate, Text(isolate, "host_defined_option_symbol"));
}

bool Put(Local<Context> context, Local<Object> object, const char* name, Local<Value> value) {
  return object->CreateDataProperty(context, Text(context->GetIsolate(), name), value).IsJust();
}

}  // namespace vivarium
