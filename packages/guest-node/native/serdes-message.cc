// Messages: a value cloned for structuredClone() or a channel, with what moves or is shared beside its bytes.
#include "serdes-delegates.h"
#include "source-text.h"

namespace vivarium::serdes_message {

namespace {

class MessageWriter final : public ValueSerializer::Delegate {
 public:
  MessageWriter(State* state, Local<Object> writer, const SideTable& table)
      : serializer(state->isolate, this),
        state_(state),
        writer_(writer),
        shared_(state->isolate, table.shared),
        wasm_(state->isolate, table.wasm) {}

  void ThrowDataCloneError(Local<String> message) override { ThrowCloneError(state_->isolate, writer_, message); }
  bool HasCustomHostObject(Isolate*) override { return true; }
  Maybe<bool> IsHostObject(Isolate* isolate, Local<Object> object) override {
    return Just(IsMarkedHostObject(isolate, object));
  }

  Maybe<bool> WriteHostObject(Isolate* isolate, Local<Object> object) override {
    bool called;
    Local<Value> id;
    uint32_t number;
    if (!CallDelegate(isolate, writer_, "writeHostObject", object, &called).ToLocal(&id)) return Nothing<bool>();
    if (!called) {
      Local<String> message = String::Concat(isolate, object->GetConstructorName(), Text(isolate, " object could not be cloned."));
      ThrowDataCloneError(message.IsEmpty() ? Text(isolate, "Object could not be cloned.") : message);
      return Nothing<bool>();
    }
    if (!id->Uint32Value(isolate->GetCurrentContext()).To(&number)) return Nothing<bool>();
    serializer.WriteUint32(number);
    return Just(true);
  }

  Maybe<uint32_t> GetSharedArrayBufferId(Isolate* isolate, Local<SharedArrayBuffer> buffer) override {
    return shared_.IdOf(isolate->GetCurrentContext(), buffer);
  }
  Maybe<uint32_t> GetWasmModuleTransferId(Isolate* isolate, Local<WasmModuleObject> module) override {
    return wasm_.IdOf(isolate->GetCurrentContext(), module.As<Value>());
  }
  void* ReallocateBufferMemory(void* old, size_t size, size_t* actual) override {
    void* moved = state_->serdes->Reallocate(old, size);
    *actual = moved == nullptr ? 0 : size;
    return moved;
  }
  void FreeBufferMemory(void* buffer) override { state_->serdes->Free(buffer); }

  ValueSerializer serializer;

 private:
  State* state_;
  Local<Object> writer_;
  Numbered shared_;
  Numbered wasm_;
};

// An entry of a side table. V8 reads under a ban on running JavaScript, and ends the process when a getter breaks it.
MaybeLocal<Value> Held(Isolate* isolate, Local<Array> table, uint32_t id) {
  Isolate::AllowJavascriptExecutionScope allowed(isolate);
  return table->Get(isolate->GetCurrentContext(), id);
}

class MessageReader final : public ValueDeserializer::Delegate {
 public:
  MessageReader(Isolate* isolate, Local<Object> reader, SideTable table, const uint8_t* data, size_t size)
      : deserializer(isolate, data, size, this), reader_(reader), table_(table) {}

  MaybeLocal<Object> ReadHostObject(Isolate* isolate) override {
    uint32_t id;
    bool called = false;
    Local<Value> object;
    if (deserializer.ReadUint32(&id)) {
      Local<Value> number = Integer::NewFromUnsigned(isolate, id);
      if (!CallDelegate(isolate, reader_, "readHostObject", number, &called).ToLocal(&object)) return {};
      if (called && object->IsObject() && !object->IsProxy()) return object.As<Object>();
    }
    return ValueDeserializer::Delegate::ReadHostObject(isolate);
  }
  MaybeLocal<SharedArrayBuffer> GetSharedArrayBufferFromId(Isolate* isolate, uint32_t id) override {
    Local<Value> held;
    if (Held(isolate, table_.shared, id).ToLocal(&held) && held->IsSharedArrayBuffer()) {
      return held.As<SharedArrayBuffer>();
    }
    return ValueDeserializer::Delegate::GetSharedArrayBufferFromId(isolate, id);
  }
  MaybeLocal<WasmModuleObject> GetWasmModuleFromId(Isolate* isolate, uint32_t id) override {
    Local<Value> held;
    if (Held(isolate, table_.wasm, id).ToLocal(&held) && held->IsWasmModuleObject()) {
      return held.As<WasmModuleObject>();
    }
    return ValueDeserializer::Delegate::GetWasmModuleFromId(isolate, id);
  }

  ValueDeserializer deserializer;

 private:
  Local<Object> reader_;
  SideTable table_;
};

constexpr uint32_t kMaxTransfer = 1 << 16;

// Every buffer of the list once, none detached.
bool ReadTransferList(Local<Context> context, Local<Value> list, Local<Object> writer, Local<Array> buffers) {
  Isolate* isolate = context->GetIsolate();
  if (list->IsNullOrUndefined()) return true;
  if (!list->IsArray() || list.As<Array>()->Length() > kMaxTransfer) {
    ThrowTypeError(isolate, "the transfer list is an array of ArrayBuffers");
    return false;
  }
  Numbered numbered(isolate, buffers);
  // Measured once: a getter may make the list longer while it is read.
  uint32_t length = list.As<Array>()->Length();
  for (uint32_t i = 0; i < length; i++) {
    Local<Value> buffer;
    if (!list.As<Array>()->Get(context, i).ToLocal(&buffer)) return false;
    if (!buffer->IsArrayBuffer()) {
      ThrowTypeError(isolate, "the transfer list is an array of ArrayBuffers");
      return false;
    }
    uint32_t id;
    uint32_t before = buffers->Length();
    if (!numbered.IdOf(context, buffer).To(&id)) return false;
    bool detached = buffer.As<ArrayBuffer>()->WasDetached() || !buffer.As<ArrayBuffer>()->IsDetachable();
    if (id < before || detached) {
      ThrowCloneError(isolate, writer,
                      Text(isolate, detached ? "An ArrayBuffer is detached and could not be cloned."
                                             : "Transfer list contains duplicate ArrayBuffer"));
      return false;
    }
  }
  return true;
}

// Replaces every buffer by one that took its memory over.
bool Move(State* state, Local<Context> context, Local<Array> buffers) {
  Isolate* isolate = context->GetIsolate();
  Local<Function> transfer = state->transfer_buffer.Get(isolate);
  for (uint32_t i = 0; i < buffers->Length(); i++) {
    Local<Value> from;
    Local<Value> to;
    if (!buffers->Get(context, i).ToLocal(&from) || !transfer->Call(context, from, 0, nullptr).ToLocal(&to) ||
        buffers->CreateDataProperty(context, i, to).IsNothing()) {
      return false;
    }
  }
  return true;
}

// (value, transfer, writer)
void WriteMessage(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  Local<Context> context = isolate->GetCurrentContext();
  if (!args[2]->IsObject()) return ThrowTypeError(isolate, "a writer object is needed");
  Local<Object> delegate = args[2].As<Object>();
  Local<Array> buffers = Array::New(isolate);
  SideTable table{Array::New(isolate), Array::New(isolate)};
  if (!ReadTransferList(context, args[1], delegate, buffers)) return;
  MessageWriter writer(state, delegate, table);
  for (uint32_t i = 0; i < buffers->Length(); i++) {
    Local<Value> buffer;
    if (!buffers->Get(context, i).ToLocal(&buffer)) return;
    writer.serializer.TransferArrayBuffer(i, buffer.As<ArrayBuffer>());
  }
  writer.serializer.WriteHeader();
  bool written = writer.serializer.WriteValue(context, args[0]).FromMaybe(false);
  auto [data, size] = writer.serializer.Release();
  Local<ArrayBuffer> bytes;
  bool kept = written && ArrayBuffer::MaybeNew(isolate, size).ToLocal(&bytes);
  if (kept) std::memcpy(bytes->Data(), data, size);
  state->serdes->Free(data);
  if (!written) return;
  if (!kept) return ThrowRangeError(isolate, "Array buffer allocation failed");
  if (!Move(state, context, buffers)) return;
  Local<Object> message = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
  if (Put(context, message, "bytes", Uint8Array::New(bytes, 0, size)) && Put(context, message, "arrayBuffers", buffers) &&
      Put(context, message, "sharedArrayBuffers", table.shared) && Put(context, message, "wasmModules", table.wasm)) {
    args.GetReturnValue().Set(message);
  }
}

bool ReadArray(Local<Context> context, Local<Object> message, const char* name, Local<Array>* array) {
  Local<Value> value;
  if (!message->Get(context, Text(context->GetIsolate(), name)).ToLocal(&value)) return false;
  if (!value->IsArray()) {
    ThrowTypeError(context->GetIsolate(), "a message is needed");
    return false;
  }
  *array = value.As<Array>();
  return true;
}

// (message, reader, contextified)
void ReadMessage(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  Local<Context> context = isolate->GetCurrentContext();
  if (!args[0]->IsObject() || !args[1]->IsObject()) return ThrowTypeError(isolate, "a message and a reader are needed");
  Local<Context> home = context;
  if (!args[2]->IsNullOrUndefined() && !ContextOf(state, args[2]).ToLocal(&home)) {
    return ThrowTypeError(isolate, "a contextified object is needed");
  }
  Local<Object> message = args[0].As<Object>();
  Local<Value> view;
  Local<Array> buffers;
  SideTable table;
  if (!message->Get(context, Text(isolate, "bytes")).ToLocal(&view) ||
      !ReadArray(context, message, "arrayBuffers", &buffers) ||
      !ReadArray(context, message, "sharedArrayBuffers", &table.shared) ||
      !ReadArray(context, message, "wasmModules", &table.wasm)) {
    return;
  }
  ReadBytes bytes;
  if (!bytes.Open(view) || bytes.failed()) return ThrowTypeError(isolate, "a message is needed");
  auto* copy = static_cast<uint8_t*>(state->serdes->Reallocate(nullptr, bytes.size() == 0 ? 1 : bytes.size()));
  if (copy == nullptr) return ThrowOutOfMemory(isolate);
  std::memcpy(copy, bytes.data(), bytes.size());
  {
    Context::Scope scope(home);
    MessageReader reader(isolate, args[1].As<Object>(), table, copy, bytes.size());
    bool ready = true;
    for (uint32_t i = 0; ready && i < buffers->Length() && i < kMaxTransfer; i++) {
      Local<Value> buffer;
      ready = buffers->Get(context, i).ToLocal(&buffer);
      if (ready && buffer->IsArrayBuffer()) reader.deserializer.TransferArrayBuffer(i, buffer.As<ArrayBuffer>());
    }
    Local<Value> value;
    if (ready && reader.deserializer.ReadHeader(home).FromMaybe(false) &&
        reader.deserializer.ReadValue(home).ToLocal(&value)) {
      args.GetReturnValue().Set(value);
    }
  }
  state->serdes->Free(copy);
}

}  // namespace

void KeepTransfer(State* state) {
  Isolate* isolate = state->isolate;
  Local<Context> context = state->context.Get(isolate);
  Local<Value> transfer;
  Local<Object> prototype = ArrayBuffer::New(isolate, 0)->GetPrototypeV2().As<Object>();
  // Taken before any program of the guest runs; none can have changed it.
  if (!prototype->Get(context, Text(isolate, "transfer")).ToLocal(&transfer) || !transfer->IsFunction()) return;
  state->transfer_buffer.Reset(isolate, transfer.As<Function>());
}

void Register(State* state, Local<Object> topic) {
  static constexpr Entry kEntries[] = {{"writeMessage", WriteMessage, 3}, {"readMessage", ReadMessage, 3}};
  Install(state, topic, kEntries);
}

}  // namespace vivarium::serdes_message
