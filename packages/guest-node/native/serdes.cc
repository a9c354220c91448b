// v8.Serializer and v8.Deserializer as functions over handles.
#include "serdes-delegates.h"

#include <cmath>

namespace vivarium {

namespace serdes_message {
void Register(State* state, Local<Object> topic);
}

namespace serdes {

namespace {

// The one field of a handle holds the address of its Writer or Reader; the brand says which.
constexpr int kFields = 1;

void ThrowNoHandle(Isolate* isolate) { ThrowTypeError(isolate, "a serializer or deserializer handle is needed"); }

// An object of C++ that dies with its handle.
template <typename Self>
struct Owned {
  State* state = nullptr;
  Persistent<Object> handle;
  // Calls of V8 on the stack that still use this object.
  int busy = 0;

  Local<Object> Bind(State* owner, Local<Object> object, Local<Object> delegate_object) {
    state = owner;
    object->SetAlignedPointerInInternalField(0, static_cast<Self*>(this));
    handle.Reset(owner->isolate, object);
    handle.SetWeak(static_cast<Self*>(this), [](const WeakCallbackInfo<Self>& info) {
      info.GetParameter()->handle.Reset();
      info.SetSecondPassCallback([](const WeakCallbackInfo<Self>& second) { delete second.GetParameter(); });
    }, WeakCallbackType::kParameter);
    return object;
  }
};

// The delegate lives on the handle under this key, so that no handle keeps itself alive through it.
Local<Private> DelegateKey(Isolate* isolate) { return Private::ForApi(isolate, Text(isolate, "vivarium:serdes")); }

Local<Object> DelegateOf(Isolate* isolate, Local<Object> handle) {
  Local<Value> delegate;
  if (handle->GetPrivate(isolate->GetCurrentContext(), DelegateKey(isolate)).ToLocal(&delegate) && delegate->IsObject()) {
    return delegate.As<Object>();
  }
  return Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
}

class Writer final : public Owned<Writer>, public ValueSerializer::Delegate {
 public:
  explicit Writer(State* owner) : serializer(owner->isolate, this) { state = owner; state->serdes->live++; }
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
      : data(copy), length(size), deserializer(owner->isolate, copy, size, this) {
    state = owner;
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
    if (object->IsObject()) return object.As<Object>();
    ThrowTypeError(isolate, "readHostObject must return an object");
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

template <typename Self>
Self* Unwrap(const Info& args, const Persistent<FunctionTemplate>& brand) {
  State* state = State::Of(args);
  if (IsHandle(state->isolate, brand, args[0], kFields)) {
    void* held = args[0].As<Object>()->GetAlignedPointerFromInternalField(0);
    if (held != nullptr) return static_cast<Self*>(held);
  }
  return nullptr;
}

Writer* WriterOf(const Info& args) {
  auto* writer = Unwrap<Writer>(args, State::Of(args)->serializer_handle);
  if (writer == nullptr) ThrowNoHandle(args.GetIsolate());
  return writer;
}

Reader* ReaderOf(const Info& args) {
  auto* reader = Unwrap<Reader>(args, State::Of(args)->deserializer_handle);
  if (reader == nullptr) ThrowNoHandle(args.GetIsolate());
  return reader;
}

// A fresh handle whose pointer is null until Bind.
bool NewOwned(State* state, const Persistent<FunctionTemplate>& brand, Local<Value> delegate, Local<Object>* handle) {
  Isolate* isolate = state->isolate;
  Local<Context> context = isolate->GetCurrentContext();
  if (!delegate->IsObject()) {
    ThrowTypeError(isolate, "a delegate object is needed");
    return false;
  }
  if (state->serdes->live >= SerdesBuffers::kMaxLive) {
    isolate->LowMemoryNotification();
    if (state->serdes->live >= SerdesBuffers::kMaxLive) {
      ThrowRangeError(isolate, "too many serializers at once");
      return false;
    }
  }
  if (!NewHandle(context, brand).ToLocal(handle)) return false;
  (*handle)->SetAlignedPointerInInternalField(0, nullptr);
  return (*handle)->SetPrivate(context, DelegateKey(isolate), delegate).IsJust();
}

void CreateSerializer(const Info& args) {
  State* state = State::Of(args);
  Local<Object> handle;
  if (!NewOwned(state, state->serializer_handle, args[0], &handle)) return;
  auto* writer = new Writer(state);
  args.GetReturnValue().Set(writer->Bind(state, handle, args[0].As<Object>()));
}

void WriteHeader(const Info& args) {
  if (Writer* writer = WriterOf(args)) writer->serializer.WriteHeader();
}

void WriteValue(const Info& args) {
  Writer* writer = WriterOf(args);
  if (writer == nullptr) return;
  bool written;
  if (writer->serializer.WriteValue(args.GetIsolate()->GetCurrentContext(), args[1]).To(&written)) {
    args.GetReturnValue().Set(written);
  }
}

void ReleaseBuffer(const Info& args) {
  Writer* writer = WriterOf(args);
  if (writer == nullptr) return;
  Isolate* isolate = args.GetIsolate();
  auto [data, size] = writer->serializer.Release();
  Local<ArrayBuffer> buffer;
  bool made = ArrayBuffer::MaybeNew(isolate, size).ToLocal(&buffer);
  if (made && size > 0) std::memcpy(buffer->Data(), data, size);
  writer->state->serdes->Free(data);
  if (!made) return ThrowRangeError(isolate, "Array buffer allocation failed");
  args.GetReturnValue().Set(Uint8Array::New(buffer, 0, size));
}

void TransferArrayBuffer(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  uint32_t id;
  if (!args[1]->Uint32Value(isolate->GetCurrentContext()).To(&id)) return;
  if (auto* writer = Unwrap<Writer>(args, state->serializer_handle)) {
    if (!args[2]->IsArrayBuffer()) return ThrowTypeError(isolate, "an ArrayBuffer is needed");
    return writer->serializer.TransferArrayBuffer(id, args[2].As<ArrayBuffer>());
  }
  Reader* reader = ReaderOf(args);
  if (reader == nullptr) return;
  if (args[2]->IsArrayBuffer()) return reader->deserializer.TransferArrayBuffer(id, args[2].As<ArrayBuffer>());
  if (args[2]->IsSharedArrayBuffer()) {
    return reader->deserializer.TransferSharedArrayBuffer(id, args[2].As<SharedArrayBuffer>());
  }
  ThrowTypeError(isolate, "an ArrayBuffer or SharedArrayBuffer is needed");
}

void WriteUint32(const Info& args) {
  Writer* writer = WriterOf(args);
  uint32_t value;
  if (writer != nullptr && args[1]->Uint32Value(args.GetIsolate()->GetCurrentContext()).To(&value)) {
    writer->serializer.WriteUint32(value);
  }
}

void WriteUint64(const Info& args) {
  Writer* writer = WriterOf(args);
  Local<Context> context = args.GetIsolate()->GetCurrentContext();
  uint32_t high;
  uint32_t low;
  if (writer != nullptr && args[1]->Uint32Value(context).To(&high) && args[2]->Uint32Value(context).To(&low)) {
    writer->serializer.WriteUint64(static_cast<uint64_t>(high) << 32 | low);
  }
}

void WriteDouble(const Info& args) {
  Writer* writer = WriterOf(args);
  double value;
  if (writer != nullptr && args[1]->NumberValue(args.GetIsolate()->GetCurrentContext()).To(&value)) {
    writer->serializer.WriteDouble(value);
  }
}

void WriteRawBytes(const Info& args) {
  Writer* writer = WriterOf(args);
  if (writer == nullptr) return;
  ReadBytes bytes;
  if (!bytes.Open(args[1])) {
    return ThrowCoded(args.GetIsolate(), 'T', "ERR_INVALID_ARG_TYPE", "source must be a TypedArray or a DataView");
  }
  if (bytes.failed()) return ThrowOutOfMemory(args.GetIsolate());
  writer->serializer.WriteRawBytes(bytes.data(), bytes.size());
}

void SetTreatArrayBufferViewsAsHostObjects(const Info& args) {
  if (Writer* writer = WriterOf(args)) {
    writer->serializer.SetTreatArrayBufferViewsAsHostObjects(args[1]->BooleanValue(args.GetIsolate()));
  }
}

void CreateDeserializer(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  Local<Object> handle;
  if (!NewOwned(state, state->deserializer_handle, args[1], &handle)) return;
  ReadBytes bytes;
  if (!bytes.Open(args[0])) {
    return ThrowCoded(isolate, 'T', "ERR_INVALID_ARG_TYPE", "buffer must be a TypedArray or a DataView");
  }
  // The guest keeps its hands on its buffer; V8 reads a copy.
  auto* copy = static_cast<uint8_t*>(state->serdes->Reallocate(nullptr, bytes.size() == 0 ? 1 : bytes.size()));
  if (bytes.failed() || copy == nullptr) {
    state->serdes->Free(copy);
    return ThrowOutOfMemory(isolate);
  }
  std::memcpy(copy, bytes.data(), bytes.size());
  auto* reader = new Reader(state, copy, bytes.size());
  args.GetReturnValue().Set(reader->Bind(state, handle, args[1].As<Object>()));
}

void ReadHeader(const Info& args) {
  Reader* reader = ReaderOf(args);
  bool read;
  if (reader == nullptr || !reader->deserializer.ReadHeader(args.GetIsolate()->GetCurrentContext()).To(&read)) return;
  reader->has_header = read;
  args.GetReturnValue().Set(read);
}

void ReadValue(const Info& args) {
  Reader* reader = ReaderOf(args);
  if (reader == nullptr) return;
  // Without a header V8 would take the bytes for a format of long ago.
  if (!reader->has_header) {
    return ThrowCoded(args.GetIsolate(), 'E', "ERR_INVALID_STATE", "Invalid state: readHeader() must come before readValue()");
  }
  Local<Value> value;
  if (reader->deserializer.ReadValue(args.GetIsolate()->GetCurrentContext()).ToLocal(&value)) {
    args.GetReturnValue().Set(value);
  }
}

void GetWireFormatVersion(const Info& args) {
  if (Reader* reader = ReaderOf(args)) args.GetReturnValue().Set(reader->deserializer.GetWireFormatVersion());
}

void ThrowCannotRead(const Info& args, const char* message) {
  ThrowCoded(args.GetIsolate(), 'E', "ERR_OPERATION_FAILED", message);
}

void ReadUint32(const Info& args) {
  Reader* reader = ReaderOf(args);
  if (reader == nullptr) return;
  uint32_t value;
  if (!reader->deserializer.ReadUint32(&value)) return ThrowCannotRead(args, "ReadUint32() failed");
  args.GetReturnValue().Set(value);
}

void ReadUint64(const Info& args) {
  Reader* reader = ReaderOf(args);
  if (reader == nullptr) return;
  uint64_t value;
  if (!reader->deserializer.ReadUint64(&value)) return ThrowCannotRead(args, "ReadUint64() failed");
  Isolate* isolate = args.GetIsolate();
  Local<Value> halves[] = {Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(value >> 32)),
                           Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(value))};
  args.GetReturnValue().Set(Array::New(isolate, halves, 2));
}

void ReadDouble(const Info& args) {
  Reader* reader = ReaderOf(args);
  if (reader == nullptr) return;
  double value;
  if (!reader->deserializer.ReadDouble(&value)) return ThrowCannotRead(args, "ReadDouble() failed");
  // Bytes can spell a NaN that V8 would take for a hole.
  args.GetReturnValue().Set(std::isnan(value) ? NAN : value);
}

void ReadRawBytes(const Info& args) {
  Reader* reader = ReaderOf(args);
  size_t length;
  if (reader == nullptr || !IndexArgument(args.GetIsolate()->GetCurrentContext(), args[1], 0, &length)) return;
  const void* data;
  if (length > reader->length || !reader->deserializer.ReadRawBytes(length, &data)) {
    return ThrowCannotRead(args, "ReadRawBytes() failed");
  }
  args.GetReturnValue().Set(static_cast<double>(static_cast<const uint8_t*>(data) - reader->data));
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"createSerializer", CreateSerializer, 1},
      {"writeHeader", WriteHeader, 1},
      {"writeValue", WriteValue, 2},
      {"releaseBuffer", ReleaseBuffer, 1},
      {"transferArrayBuffer", TransferArrayBuffer, 3},
      {"writeUint32", WriteUint32, 2},
      {"writeUint64", WriteUint64, 3},
      {"writeDouble", WriteDouble, 2},
      {"writeRawBytes", WriteRawBytes, 2},
      {"setTreatArrayBufferViewsAsHostObjects", SetTreatArrayBufferViewsAsHostObjects, 2},
      {"createDeserializer", CreateDeserializer, 2},
      {"readHeader", ReadHeader, 1},
      {"readValue", ReadValue, 1},
      {"getWireFormatVersion", GetWireFormatVersion, 1},
      {"readUint32", ReadUint32, 1},
      {"readUint64", ReadUint64, 1},
      {"readDouble", ReadDouble, 1},
      {"readRawBytes", ReadRawBytes, 2},
  };
  state->serializer_handle.Reset(state->isolate, NewHandleTemplate(state->isolate, kFields));
  state->deserializer_handle.Reset(state->isolate, NewHandleTemplate(state->isolate, kFields));
  Local<Object> topic = Topic(state, target, "serdes");
  Install(state, topic, kEntries);
  serdes_message::Register(state, topic);
}

}  // namespace serdes
}  // namespace vivarium
