// v8.Serializer and v8.Deserializer as functions over handles.
#include "serdes-objects.h"

#include <cmath>

namespace vivarium {

namespace serdes_message {
void Register(State* state, Local<Object> topic);
}

namespace serdes {

namespace {

void ThrowNoHandle(Isolate* isolate) { ThrowTypeError(isolate, "a serializer or deserializer handle is needed"); }

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
  args.GetReturnValue().Set(writer->Bind(handle));
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
  args.GetReturnValue().Set(reader->Bind(handle));
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
