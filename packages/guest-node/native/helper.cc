#include "helper.h"

#include <cmath>

namespace vivarium {

Local<String> Text(Isolate* isolate, const char* text) {
  return String::NewFromUtf8(isolate, text, NewStringType::kInternalized).ToLocalChecked();
}

Local<Object> Topic(State* state, Local<Object> target, const char* name) {
  Isolate* isolate = state->isolate;
  Local<Context> context = state->context.Get(isolate);
  Local<Object> topic = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
  target->CreateDataProperty(context, Text(isolate, name), topic).Check();
  return topic;
}

void Install(State* state, Local<Object> topic, const Entry* entries, size_t count) {
  Isolate* isolate = state->isolate;
  Local<Context> context = state->context.Get(isolate);
  Local<External> data = External::New(isolate, state);
  for (size_t i = 0; i < count; i++) {
    HandleScope scope(isolate);
    Local<String> name = Text(isolate, entries[i].name);
    Local<Function> function =
        Function::New(context, entries[i].callback, data, entries[i].length, ConstructorBehavior::kThrow)
            .ToLocalChecked();
    function->SetName(name);
    topic->CreateDataProperty(context, name, function).Check();
  }
}

void Install(State* state, Local<Object> topic, const Constant* constants, size_t count) {
  Isolate* isolate = state->isolate;
  Local<Context> context = state->context.Get(isolate);
  for (size_t i = 0; i < count; i++) {
    HandleScope scope(isolate);
    topic->CreateDataProperty(context, Text(isolate, constants[i].name), Number::New(isolate, constants[i].value))
        .Check();
  }
}

void ThrowTypeError(Isolate* isolate, const char* message) {
  isolate->ThrowException(Exception::TypeError(Text(isolate, message)));
}

void ThrowRangeError(Isolate* isolate, const char* message) {
  isolate->ThrowException(Exception::RangeError(Text(isolate, message)));
}

void ThrowCoded(Isolate* isolate, char kind, const char* code, const char* message) {
  Local<String> text = Text(isolate, message);
  Local<Value> error = kind == 'T'   ? Exception::TypeError(text)
                       : kind == 'R' ? Exception::RangeError(text)
                                     : Exception::Error(text);
  Local<Context> context = isolate->GetCurrentContext();
  if (error.As<Object>()->CreateDataProperty(context, Text(isolate, "code"), Text(isolate, code)).IsNothing()) return;
  isolate->ThrowException(error);
}

void ThrowStringTooLong(Isolate* isolate) {
  ThrowCoded(isolate, 'E', "ERR_STRING_TOO_LONG", "Cannot create a string longer than 0x1fffffe8 characters");
}

void ThrowOutOfMemory(Isolate* isolate) {
  ThrowCoded(isolate, 'E', "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
}

Local<Private> ArrowSymbol(Isolate* isolate) {
  return Private::ForApi(isolate, Text(isolate, "arrow_message_private_symbol"));
}

Local<Private> DecoratedSymbol(Isolate* isolate) {
  return Private::ForApi(isolate, Text(isolate, "decorated_private_symbol"));
}

MaybeLocal<Value> PrivateAsValue(Local<Context> context, Local<Private> symbol) {
  Isolate* isolate = context->GetIsolate();
  Local<ObjectTemplate> carrier = ObjectTemplate::New(isolate);
  Local<String> key = Text(isolate, "symbol");
  carrier->Set(key, symbol);
  Local<Object> instance;
  if (!carrier->NewInstance(context).ToLocal(&instance)) return {};
  return instance->Get(context, key);
}

Local<FunctionTemplate> NewHandleTemplate(Isolate* isolate, int fields) {
  Local<FunctionTemplate> brand = FunctionTemplate::New(isolate);
  brand->InstanceTemplate()->SetInternalFieldCount(fields);
  return brand;
}

MaybeLocal<Object> NewHandle(Local<Context> context, const Persistent<FunctionTemplate>& brand) {
  Isolate* isolate = context->GetIsolate();
  Local<Object> handle;
  if (!brand.Get(isolate)->InstanceTemplate()->NewInstance(context).ToLocal(&handle)) return {};
  // Without this the handle would lead to its template's constructor.
  if (handle->SetPrototypeV2(context, Null(isolate)).IsNothing()) return {};
  return handle;
}

bool IsHandle(Isolate* isolate, const Persistent<FunctionTemplate>& brand, Local<Value> value, int fields) {
  return value->IsObject() && brand.Get(isolate)->HasInstance(value) &&
         value.As<Object>()->InternalFieldCount() == fields;
}

namespace {

// Data and size of a view or buffer as they are right now; zero when detached or out of bounds.
bool Locate(Local<Value> value, uint8_t** data, size_t* size, bool* shared) {
  size_t offset = 0;
  size_t length = 0;
  Local<Value> buffer;
  if (value->IsArrayBufferView()) {
    Local<ArrayBufferView> view = value.As<ArrayBufferView>();
    length = view->ByteLength();
    buffer = view->Buffer();
    offset = length == 0 ? 0 : view->ByteOffset();
  } else if (value->IsArrayBuffer() || value->IsSharedArrayBuffer()) {
    buffer = value;
  } else {
    return false;
  }
  *shared = buffer->IsSharedArrayBuffer();
  uint8_t* base;
  size_t total;
  if (*shared) {
    base = static_cast<uint8_t*>(buffer.As<SharedArrayBuffer>()->Data());
    total = buffer.As<SharedArrayBuffer>()->ByteLength();
  } else {
    base = static_cast<uint8_t*>(buffer.As<ArrayBuffer>()->Data());
    total = buffer.As<ArrayBuffer>()->ByteLength();
  }
  if (buffer == value) length = total;
  if (base == nullptr || offset > total || length > total - offset) {
    *data = nullptr;
    *size = 0;
  } else {
    *data = base + offset;
    *size = length;
  }
  return true;
}

const uint8_t kNothing[1] = {0};

}  // namespace

bool ReadBytes::Open(Local<Value> value, size_t start, size_t end) {
  uint8_t* data;
  bool shared;
  if (!Locate(value, &data, &whole_, &shared)) return false;
  if (end > whole_) end = whole_;
  if (start > end) start = end;
  size_ = end - start;
  data += start;
  data_ = size_ == 0 ? kNothing : data;
  if (shared && size_ > 0) {
    copy_ = std::malloc(size_);
    if (copy_ == nullptr) {
      failed_ = true;
      data_ = kNothing;
      size_ = 0;
      return true;
    }
    std::memcpy(copy_, data, size_);
    data_ = static_cast<const uint8_t*>(copy_);
  }
  return true;
}

bool WriteBytes::Open(Local<Value> value) {
  bool shared;
  return Locate(value, &data, &size, &shared);
}

bool IndexArgument(Local<Context> context, Local<Value> value, size_t fallback, size_t* result) {
  if (value->IsUndefined()) {
    *result = fallback;
    return true;
  }
  double number;
  if (value->IsNumber()) {
    number = value.As<Number>()->Value();
  } else if (!value->NumberValue(context).To(&number)) {
    return false;
  }
  if (std::isnan(number)) number = 0;
  number = std::trunc(number);
  if (number < 0 || number > 9007199254740991.0) {
    ThrowCoded(context->GetIsolate(), 'R', "ERR_OUT_OF_RANGE", "The value of an index is out of range.");
    return false;
  }
  *result = static_cast<size_t>(number);
  return true;
}

Local<PrimitiveArray> HostOptions(Isolate* isolate, Local<Symbol> symbol) {
  Local<PrimitiveArray> options = PrimitiveArray::New(isolate, 1);
  options->Set(isolate, 0, symbol);
  return options;
}

}  // namespace vivarium
