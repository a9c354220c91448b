// What util.inspect and friends ask of V8: insides of promises, proxies and collections, call sites.
#include "helper.h"

namespace vivarium::util {

namespace {

void GetPromiseDetails(const Info& args) {
  if (!args[0]->IsPromise()) return;
  Isolate* isolate = args.GetIsolate();
  Local<Promise> promise = args[0].As<Promise>();
  int state = promise->State();
  if (state == Promise::kPending) {
    Local<Value> pending[] = {Integer::New(isolate, state)};
    return args.GetReturnValue().Set(Array::New(isolate, pending, 1));
  }
  Local<Value> settled[] = {Integer::New(isolate, state), promise->Result()};
  args.GetReturnValue().Set(Array::New(isolate, settled, 2));
}

void MarkPromiseAsHandled(const Info& args) {
  if (args[0]->IsPromise()) args[0].As<Promise>()->MarkAsHandled();
}

// With one argument, or true as the second: [target, handler]; otherwise the target alone.
void GetProxyDetails(const Info& args) {
  if (!args[0]->IsProxy()) return;
  Local<Proxy> proxy = args[0].As<Proxy>();
  if (args.Length() > 1 && !args[1]->IsTrue()) return args.GetReturnValue().Set(proxy->GetTarget());
  Local<Value> both[] = {proxy->GetTarget(), proxy->GetHandler()};
  args.GetReturnValue().Set(Array::New(args.GetIsolate(), both, 2));
}

// With one argument the entries, with two [entries, isKeyValue].
void PreviewEntries(const Info& args) {
  if (!args[0]->IsObject()) return;
  bool key_value = false;
  Local<Array> entries;
  if (!args[0].As<Object>()->PreviewEntries(&key_value).ToLocal(&entries)) return;
  if (args.Length() < 2) return args.GetReturnValue().Set(entries);
  Isolate* isolate = args.GetIsolate();
  Local<Value> both[] = {entries, Boolean::New(isolate, key_value)};
  args.GetReturnValue().Set(Array::New(isolate, both, 2));
}

void GetOwnNonIndexProperties(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[0]->IsObject() || !args[1]->IsUint32()) {
    return ThrowTypeError(isolate, "getOwnNonIndexProperties takes an object and a filter");
  }
  auto filter = static_cast<PropertyFilter>(args[1].As<Uint32>()->Value() & 31);
  Local<Array> names;
  if (args[0].As<Object>()
          ->GetPropertyNames(isolate->GetCurrentContext(), KeyCollectionMode::kOwnOnly, filter,
                             IndexFilter::kSkipIndices)
          .ToLocal(&names)) {
    args.GetReturnValue().Set(names);
  }
}

void GetConstructorName(const Info& args) {
  if (!args[0]->IsObject()) return ThrowTypeError(args.GetIsolate(), "getConstructorName takes an object");
  args.GetReturnValue().Set(args[0].As<Object>()->GetConstructorName());
}

// An External's address is the host's business; inspection needs some bigint, and gets zero.
// (number): an External that points nowhere; what a guest gets hold of never is an address.
void MakeExternal(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[0]->IsUint32()) return ThrowTypeError(isolate, "makeExternal takes a whole number");
  uintptr_t number = args[0].As<Uint32>()->Value();
  args.GetReturnValue().Set(External::New(isolate, reinterpret_cast<void*>(number)));
}

// Of none but those that MakeExternal made: any other's would be an address.
void GetExternalValue(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  uintptr_t value = args[0]->IsExternal() ? reinterpret_cast<uintptr_t>(args[0].As<External>()->Value()) : 0;
  args.GetReturnValue().Set(BigInt::NewFromUnsigned(isolate, value <= UINT32_MAX ? value : 0));
}

void IsConstructor(const Info& args) {
  args.GetReturnValue().Set(args[0]->IsObject() && args[0].As<Object>()->IsConstructor());
}

void ArrayBufferViewHasBuffer(const Info& args) {
  args.GetReturnValue().Set(args[0]->IsArrayBufferView() && args[0].As<ArrayBufferView>()->HasBuffer());
}

void IsArrayBufferDetached(const Info& args) {
  args.GetReturnValue().Set(args[0]->IsArrayBuffer() && args[0].As<ArrayBuffer>()->WasDetached());
}

void IsSameSharedMemory(const Info& args) {
  args.GetReturnValue().Set(args[0]->IsSharedArrayBuffer() && args[1]->IsSharedArrayBuffer() &&
                            args[0].As<SharedArrayBuffer>()->Data() == args[1].As<SharedArrayBuffer>()->Data());
}

Local<Value> OrEmpty(Isolate* isolate, Local<String> text) {
  return text.IsEmpty() ? String::Empty(isolate) : text;
}

// The frames above the caller of the caller: what a library function shows its own caller.
void GetCallSites(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  uint32_t wanted;
  if (!args[0]->IsUint32() || (wanted = args[0].As<Uint32>()->Value()) < 1 || wanted > 200) {
    return ThrowRangeError(isolate, "getCallSites takes a number of frames from 1 to 200");
  }
  Local<StackTrace> stack = StackTrace::CurrentStackTrace(isolate, static_cast<int>(wanted) + 1);
  int count = stack->GetFrameCount();
  Local<Array> sites = Array::New(isolate);
  Local<Name> names[] = {Text(isolate, "functionName"), Text(isolate, "scriptId"),     Text(isolate, "scriptName"),
                         Text(isolate, "lineNumber"),   Text(isolate, "columnNumber"), Text(isolate, "column")};
  for (int i = 1; i < count; i++) {
    HandleScope scope(isolate);
    Local<StackFrame> frame = stack->GetFrame(isolate, i);
    char id[16];
    std::snprintf(id, sizeof id, "%d", frame->GetScriptId());
    Local<String> script_id;
    if (!String::NewFromUtf8(isolate, id).ToLocal(&script_id)) return;
    Local<Value> column = Integer::New(isolate, frame->GetColumn());
    Local<Value> values[] = {OrEmpty(isolate, frame->GetFunctionName()),
                             script_id,
                             OrEmpty(isolate, frame->GetScriptName()),
                             Integer::New(isolate, frame->GetLineNumber()),
                             column,
                             column};
    Local<Object> site = Object::New(isolate, Null(isolate), names, values, 6);
    if (sites->CreateDataProperty(context, i - 1, site).IsNothing()) return;
  }
  args.GetReturnValue().Set(sites);
}

// [line, column, file] of whoever called the caller, if it has a name.
void GetCallerLocation(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<StackTrace> stack = StackTrace::CurrentStackTrace(isolate, 2);
  if (stack->GetFrameCount() < 2) return;
  Local<StackFrame> frame = stack->GetFrame(isolate, 1);
  Local<String> file = frame->GetScriptNameOrSourceURL();
  if (file.IsEmpty()) return;
  Local<Value> location[] = {Integer::New(isolate, frame->GetLineNumber()), Integer::New(isolate, frame->GetColumn()),
                             file};
  args.GetReturnValue().Set(Array::New(isolate, location, 3));
}

bool StartsWith(const String::Utf8Value& text, const char* prefix) {
  return *text != nullptr && std::strncmp(*text, prefix, std::strlen(prefix)) == 0;
}

// Whether the nearest frame that is not the library's own lies under node_modules.
void IsInsideNodeModules(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  int limit = args[0]->IsInt32() ? args[0].As<Int32>()->Value() : 10;
  if (limit < 1 || limit > 200) limit = 10;
  Local<StackTrace> stack = StackTrace::CurrentStackTrace(isolate, limit);
  args.GetReturnValue().Set(false);
  for (int i = 0; i < stack->GetFrameCount(); i++) {
    Local<String> name = stack->GetFrame(isolate, i)->GetScriptName();
    if (name.IsEmpty() || name->Length() == 0) continue;
    String::Utf8Value file(isolate, name);
    if (StartsWith(file, "node:")) continue;
    if (*file == nullptr) return;
    bool inside = std::strstr(*file, "/node_modules/") != nullptr || std::strstr(*file, "\\node_modules\\") != nullptr;
    return args.GetReturnValue().Set(inside);
  }
}

// One name, one symbol, in the whole isolate: the helper itself uses arrow_message_private_symbol.
void CreatePrivateSymbol(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[0]->IsString()) return ThrowTypeError(isolate, "createPrivateSymbol takes a name");
  // Keys of the helper's own.
  String::Utf8Value name(isolate, args[0]);
  if (*name == nullptr || std::strncmp(*name, "vivarium:", 9) == 0) {
    return ThrowTypeError(isolate, "this name is taken");
  }
  Local<Value> symbol;
  if (PrivateAsValue(isolate->GetCurrentContext(), Private::ForApi(isolate, args[0].As<String>())).ToLocal(&symbol)) {
    args.GetReturnValue().Set(symbol);
  }
}

// Hands a call to the JavaScript that answers in a function's stead: `first`, then the arguments.
void Answer(const Info& args, Local<Value> first) {
  Isolate* isolate = args.GetIsolate();
  LocalVector<Value> given(isolate);
  given.push_back(first);
  for (int i = 0; i < args.Length(); i++) given.push_back(args[i]);
  Local<Value> answer;
  if (args.Data()
          .As<Function>()
          ->Call(isolate->GetCurrentContext(), Undefined(isolate), static_cast<int>(given.size()), given.data())
          .ToLocal(&answer)) {
    args.GetReturnValue().Set(answer);
  }
}

void AnswerMethod(const Info& args) {
  Answer(args, args.This());
}

void AnswerConstructor(const Info& args) {
  Answer(args, args.NewTarget());
}

// (original, answer): a function of the original's realm, with its name and length, that shows no source.
void Replace(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context;
  if (!args[0]->IsFunction() || !args[1]->IsFunction() ||
      !args[0].As<Function>()->GetCreationContext(isolate).ToLocal(&context)) {
    return ThrowTypeError(isolate, "replace takes two functions");
  }
  Local<Function> original = args[0].As<Function>();
  Local<Value> name;
  Local<Value> length;
  if (!original->Get(context, Text(isolate, "name")).ToLocal(&name) ||
      !original->Get(context, Text(isolate, "length")).ToLocal(&length)) {
    return;
  }
  if (!length->IsInt32()) return ThrowTypeError(isolate, "replace takes a function of some length");
  bool constructs = original->IsConstructor();
  Local<Function> function;
  if (!Function::New(context, constructs ? AnswerConstructor : AnswerMethod, args[1], length.As<Int32>()->Value(),
                     constructs ? ConstructorBehavior::kAllow : ConstructorBehavior::kThrow)
           .ToLocal(&function)) {
    return;
  }
  if (name->IsString()) function->SetName(name.As<String>());
  args.GetReturnValue().Set(function);
}

void LazyGet(Local<Name> key, const PropertyCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Array> parts = info.Data().As<Array>();
  Local<Value> require;
  Local<Value> id;
  Local<Value> exports;
  Local<Value> value;
  if (parts->Get(context, 0).ToLocal(&require) && parts->Get(context, 1).ToLocal(&id) &&
      require.As<Function>()->Call(context, Undefined(isolate), 1, &id).ToLocal(&exports) && exports->IsObject() &&
      exports.As<Object>()->Get(context, key).ToLocal(&value)) {
    info.GetReturnValue().Set(value);
  }
}

// (target, id, keys, enumerable, require): data properties that call require(id)[key] on first use.
void DefineLazyProperties(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!args[0]->IsObject() || !args[1]->IsString() || !args[2]->IsArray() || !args[4]->IsFunction()) {
    return ThrowTypeError(isolate, "defineLazyProperties takes an object, an id, keys, a flag and a loader");
  }
  Local<Object> target = args[0].As<Object>();
  Local<Array> keys = args[2].As<Array>();
  Local<Value> parts[] = {args[4], args[1]};
  Local<Array> data = Array::New(isolate, parts, 2);
  auto attributes = args[3]->IsFalse() ? DontEnum : None;
  for (uint32_t i = 0; i < keys->Length(); i++) {
    Local<Value> key;
    if (!keys->Get(context, i).ToLocal(&key)) return;
    if (!key->IsName()) return ThrowTypeError(isolate, "defineLazyProperties takes property keys");
    if (target->SetLazyDataProperty(context, key.As<Name>(), LazyGet, data, attributes).IsNothing()) return;
  }
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"getPromiseDetails", GetPromiseDetails, 1},
      {"markPromiseAsHandled", MarkPromiseAsHandled, 1},
      {"getProxyDetails", GetProxyDetails, 2},
      {"previewEntries", PreviewEntries, 2},
      {"getOwnNonIndexProperties", GetOwnNonIndexProperties, 2},
      {"getConstructorName", GetConstructorName, 1},
      {"makeExternal", MakeExternal, 1},
      {"getExternalValue", GetExternalValue, 1},
      {"isConstructor", IsConstructor, 1},
      {"arrayBufferViewHasBuffer", ArrayBufferViewHasBuffer, 1},
      {"isArrayBufferDetached", IsArrayBufferDetached, 1},
      {"isSameSharedMemory", IsSameSharedMemory, 2},
      {"getCallSites", GetCallSites, 1},
      {"getCallerLocation", GetCallerLocation, 0},
      {"isInsideNodeModules", IsInsideNodeModules, 1},
      {"createPrivateSymbol", CreatePrivateSymbol, 1},
      {"replace", Replace, 2},
      {"defineLazyProperties", DefineLazyProperties, 5},
  };
  static constexpr Constant kConstants[] = {
      {"kPending", Promise::kPending},         {"kFulfilled", Promise::kFulfilled}, {"kRejected", Promise::kRejected},
      {"ALL_PROPERTIES", ALL_PROPERTIES},      {"ONLY_WRITABLE", ONLY_WRITABLE},    {"ONLY_ENUMERABLE", ONLY_ENUMERABLE},
      {"ONLY_CONFIGURABLE", ONLY_CONFIGURABLE}, {"SKIP_STRINGS", SKIP_STRINGS},      {"SKIP_SYMBOLS", SKIP_SYMBOLS},
  };
  Local<Object> topic = Topic(state, target, "util");
  Install(state, topic, kEntries);
  Install(state, topic, kConstants);
}

}  // namespace vivarium::util
