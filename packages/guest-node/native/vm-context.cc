// Contexts of node:vm: a fresh global whose properties are those of an object of the caller's.
//
// The rules of every interceptor follow what programs observe in Node: a read finds the object's property
// first and the global's own second, a write goes to the object and then, by V8's default, to the global too.
#include "random-seed.h"
#include "source-text.h"

namespace vivarium {

namespace {

// Slots of a vm context, beside the helper's own.
constexpr int kSandboxSlot = 41;
constexpr int kStringsSlot = 42;
constexpr int kWasmSlot = 43;

// Fields of a context handle.
constexpr int kContext = 0;
constexpr int kContextFields = 1;

Local<Private> ContextSymbol(Isolate* isolate) {
  return Private::ForApi(isolate, Text(isolate, "contextify_context_private_symbol"));
}

}  // namespace

MaybeLocal<Context> ContextOf(State* state, Local<Value> contextified) {
  Isolate* isolate = state->isolate;
  Local<Value> handle;
  // A proxy has private properties of its own: no trap is asked for them.
  if (!contextified->IsObject() ||
      !contextified.As<Object>()->GetPrivate(isolate->GetCurrentContext(), ContextSymbol(isolate)).ToLocal(&handle) ||
      !IsHandle(isolate, state->context_handle, handle, kContextFields)) {
    return {};
  }
  Local<Data> held = handle.As<Object>()->GetInternalField(kContext);
  if (held->IsValue() || !held->IsContext()) return {};
  return held.As<Context>();
}

namespace vm_context {

namespace {

// What an interceptor works with; not usable while the context is being made.
struct Scene {
  Local<Context> context;
  Local<Object> sandbox;
  Local<Object> global;

  template <typename T>
  explicit Scene(const PropertyCallbackInfo<T>& info) {
    Isolate* isolate = info.GetIsolate();
    if (!info.Holder()->GetCreationContext(isolate).ToLocal(&context)) return;
    if (context->GetNumberOfEmbedderDataFields() <= static_cast<uint32_t>(kSandboxSlot)) return;
    Local<Value> held = context->GetEmbedderData(kSandboxSlot);
    if (!held->IsObject()) return;
    sandbox = held.As<Object>();
    global = context->Global();
  }
  bool ready() const { return !sandbox.IsEmpty(); }
};

// What a proxy's trap has thrown goes to whoever asked; nothing more is asked of V8 before that.
Intercepted Failed(TryCatch* caught) {
  caught->ReThrow();
  return Intercepted::kYes;
}

// As in Node, a write does not fail over a trap that is asked for attributes: they count as not there. Only the end of
// execution is no such failure.
bool AttributesOf(Local<Context> context, Local<Object> object, Local<Name> name, TryCatch* caught,
                  PropertyAttribute* attributes) {
  if (object->GetRealNamedPropertyAttributes(context, name).To(attributes)) return true;
  if (!caught->HasTerminated()) caught->Reset();
  return false;
}

Intercepted Get(Local<Name> name, const PropertyCallbackInfo<Value>& info) {
  Scene scene(info);
  if (!scene.ready()) return Intercepted::kNo;
  TryCatch caught(info.GetIsolate());
  Local<Value> value;
  bool found = scene.sandbox->GetRealNamedProperty(scene.context, name).ToLocal(&value);
  if (!found && !caught.HasCaught()) found = scene.global->GetRealNamedProperty(scene.context, name).ToLocal(&value);
  if (caught.HasCaught()) return Failed(&caught);
  if (!found) return Intercepted::kNo;
  // The object stands for the global: whoever reads it from itself gets the global.
  info.GetReturnValue().Set(value == scene.sandbox ? scene.global.As<Value>() : value);
  return Intercepted::kYes;
}

Intercepted Query(Local<Name> name, const PropertyCallbackInfo<Integer>& info) {
  Scene scene(info);
  if (!scene.ready()) return Intercepted::kNo;
  TryCatch caught(info.GetIsolate());
  for (Local<Object> place : {scene.sandbox, scene.global}) {
    PropertyAttribute attributes;
    bool known = place->HasRealNamedProperty(scene.context, name).FromMaybe(false) &&
                 place->GetRealNamedPropertyAttributes(scene.context, name).To(&attributes);
    if (caught.HasCaught()) return Failed(&caught);
    if (known) {
      info.GetReturnValue().Set(static_cast<int>(attributes));
      return Intercepted::kYes;
    }
  }
  return Intercepted::kNo;
}

bool IsAccessor(Local<Context> context, Local<Object> object, Local<Name> name) {
  Isolate* isolate = context->GetIsolate();
  Local<Value> descriptor;
  if (!object->GetOwnPropertyDescriptor(context, name).ToLocal(&descriptor) || !descriptor->IsObject()) return false;
  Local<Object> fields = descriptor.As<Object>();
  return fields->HasOwnProperty(context, Text(isolate, "get")).FromMaybe(false) ||
         fields->HasOwnProperty(context, Text(isolate, "set")).FromMaybe(false);
}

Intercepted Set(Local<Name> name, Local<Value> value, const PropertyCallbackInfo<void>& info) {
  Scene scene(info);
  if (!scene.ready()) return Intercepted::kNo;
  PropertyAttribute on_global = None;
  PropertyAttribute on_sandbox = None;
  TryCatch caught(info.GetIsolate());
  bool declared_global = AttributesOf(scene.context, scene.global, name, &caught, &on_global);
  if (caught.HasCaught()) return Failed(&caught);
  bool declared_sandbox = AttributesOf(scene.context, scene.sandbox, name, &caught, &on_sandbox);
  if (caught.HasCaught()) return Failed(&caught);
  if ((on_global & ReadOnly) != 0 || (on_sandbox & ReadOnly) != 0) return Intercepted::kNo;
  bool declared = declared_global || declared_sandbox;
  // A bare assignment in strict code to a name that nothing declares must stay an error; a function
  // declaration looks the same to an interceptor and must not.
  bool bare = scene.global != info.This();
  if (!declared && info.ShouldThrowOnError() && bare && !value->IsFunction()) return Intercepted::kNo;
  if (!declared && name->IsSymbol()) return Intercepted::kNo;
  if (scene.sandbox->Set(scene.context, name, value).IsNothing()) return Failed(&caught);
  // An accessor has had its call; a data property is also stored on the global.
  bool done = declared_sandbox && IsAccessor(scene.context, scene.sandbox, name);
  if (caught.HasCaught()) return Failed(&caught);
  return done ? Intercepted::kYes : Intercepted::kNo;
}

Intercepted Describe(Local<Name> name, const PropertyCallbackInfo<Value>& info) {
  Scene scene(info);
  if (!scene.ready() || !scene.sandbox->HasOwnProperty(scene.context, name).FromMaybe(false)) return Intercepted::kNo;
  Local<Value> descriptor;
  if (!scene.sandbox->GetOwnPropertyDescriptor(scene.context, name).ToLocal(&descriptor)) return Intercepted::kNo;
  info.GetReturnValue().Set(descriptor);
  return Intercepted::kYes;
}

void DefineOn(const Scene& scene, Local<Name> name, const PropertyDescriptor& wanted, PropertyDescriptor* defined) {
  if (wanted.has_enumerable()) defined->set_enumerable(wanted.enumerable());
  if (wanted.has_configurable()) defined->set_configurable(wanted.configurable());
  (void)scene.sandbox->DefineProperty(scene.context, name, *defined).IsNothing();
}

Intercepted Define(Local<Name> name, const PropertyDescriptor& wanted, const PropertyCallbackInfo<void>& info) {
  Scene scene(info);
  if (!scene.ready()) return Intercepted::kNo;
  Isolate* isolate = info.GetIsolate();
  PropertyAttribute attributes = None;
  TryCatch caught(isolate);
  bool declared = AttributesOf(scene.context, scene.global, name, &caught, &attributes);
  if (caught.HasCaught()) return Failed(&caught);
  if (declared && (attributes & ReadOnly) != 0 && (attributes & DontDelete) != 0) return Intercepted::kNo;
  Local<Value> none = Undefined(isolate);
  if (wanted.has_get() || wanted.has_set()) {
    PropertyDescriptor accessor(wanted.has_get() ? wanted.get() : none, wanted.has_set() ? wanted.set() : none);
    DefineOn(scene, name, wanted, &accessor);
    return caught.HasCaught() ? Failed(&caught) : Intercepted::kNo;
  }
  Local<Value> value = wanted.has_value() ? wanted.value() : none;
  if (wanted.has_writable()) {
    PropertyDescriptor data(value, wanted.writable());
    DefineOn(scene, name, wanted, &data);
  } else {
    PropertyDescriptor data(value);
    DefineOn(scene, name, wanted, &data);
  }
  return caught.HasCaught() ? Failed(&caught) : Intercepted::kNo;
}

Intercepted Delete(Local<Name> name, const PropertyCallbackInfo<Boolean>& info) {
  Scene scene(info);
  if (!scene.ready()) return Intercepted::kNo;
  TryCatch caught(info.GetIsolate());
  if (scene.sandbox->Delete(scene.context, name).FromMaybe(false)) return Intercepted::kNo;
  if (caught.HasCaught()) return Failed(&caught);
  info.GetReturnValue().Set(false);
  return Intercepted::kYes;
}

void Names(const PropertyCallbackInfo<Array>& info, IndexFilter filter, bool only_indices) {
  Scene scene(info);
  if (!scene.ready()) return;
  Isolate* isolate = info.GetIsolate();
  Local<Array> names;
  if (!scene.sandbox->GetPropertyNames(scene.context, KeyCollectionMode::kOwnOnly, ALL_PROPERTIES, filter)
           .ToLocal(&names)) {
    return;
  }
  if (!only_indices) return info.GetReturnValue().Set(names);
  Local<Array> indices = Array::New(isolate);
  uint32_t count = 0;
  for (uint32_t i = 0; i < names->Length(); i++) {
    Local<Value> name;
    if (!names->Get(scene.context, i).ToLocal(&name)) return;
    if (name->IsUint32() && indices->CreateDataProperty(scene.context, count++, name).IsNothing()) return;
  }
  info.GetReturnValue().Set(indices);
}

void Enumerate(const PropertyCallbackInfo<Array>& info) { Names(info, IndexFilter::kSkipIndices, false); }
void EnumerateIndices(const PropertyCallbackInfo<Array>& info) { Names(info, IndexFilter::kIncludeIndices, true); }

// An index is a name like any other to the object.
template <typename T>
Local<Name> NameOf(uint32_t index, const PropertyCallbackInfo<T>& info) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%u", index);
  return Text(info.GetIsolate(), digits);
}

Intercepted GetIndex(uint32_t index, const PropertyCallbackInfo<Value>& info) {
  return Get(NameOf(index, info), info);
}
Intercepted QueryIndex(uint32_t index, const PropertyCallbackInfo<Integer>& info) {
  Scene scene(info);
  if (!scene.ready()) return Intercepted::kNo;
  if (!scene.sandbox->HasOwnProperty(scene.context, index).FromMaybe(false)) return Intercepted::kNo;
  PropertyAttribute attributes;
  if (!scene.sandbox->GetPropertyAttributes(scene.context, NameOf(index, info)).To(&attributes)) return Intercepted::kNo;
  info.GetReturnValue().Set(static_cast<int>(attributes));
  return Intercepted::kYes;
}
Intercepted SetIndex(uint32_t index, Local<Value> value, const PropertyCallbackInfo<void>& info) {
  return Set(NameOf(index, info), value, info);
}
Intercepted DescribeIndex(uint32_t index, const PropertyCallbackInfo<Value>& info) {
  return Describe(NameOf(index, info), info);
}
Intercepted DefineIndex(uint32_t index, const PropertyDescriptor& wanted, const PropertyCallbackInfo<void>& info) {
  return Define(NameOf(index, info), wanted, info);
}
Intercepted DeleteIndex(uint32_t index, const PropertyCallbackInfo<Boolean>& info) {
  return Delete(NameOf(index, info), info);
}

Local<ObjectTemplate> GlobalTemplate(Isolate* isolate) {
  Local<FunctionTemplate> maker = FunctionTemplate::New(isolate);
  maker->SetClassName(Text(isolate, "Object"));
  Local<ObjectTemplate> global = maker->InstanceTemplate();
  // V8's constructors with query and descriptor both are private: a query is derived from a descriptor's
  // absence, so the two are given in one configuration.
  NamedPropertyHandlerConfiguration named(Get, Set, Query, Delete, Enumerate, Define, Describe, Local<Value>(),
                                          PropertyHandlerFlags::kHasNoSideEffect);
  IndexedPropertyHandlerConfiguration indexed(GetIndex, SetIndex, QueryIndex, DeleteIndex, EnumerateIndices, DefineIndex,
                                              DescribeIndex, Local<Value>(), PropertyHandlerFlags::kHasNoSideEffect);
  global->SetHandler(named);
  global->SetHandler(indexed);
  return global;
}

void IgnoreFields(Local<Object>, int, StartupData, void*) {}

// Deletes a context's own microtask queue when its handle has died, and with it the context.
struct OwnQueue final : Belonging {
  Persistent<Object> handle;
  MicrotaskQueue* queue;

  OwnQueue(State* state, MicrotaskQueue* own) : Belonging(&state->belongings), queue(own) {}
  ~OwnQueue() override { delete queue; }

  static void Watch(State* state, Local<Object> handle, MicrotaskQueue* queue) {
    auto* watched = new OwnQueue(state, queue);
    watched->handle.Reset(state->isolate, handle);
    watched->handle.SetWeak(
        watched,
        [](const WeakCallbackInfo<OwnQueue>& info) {
          info.GetParameter()->handle.Reset();
          info.SetSecondPassCallback([](const WeakCallbackInfo<OwnQueue>& second) { delete second.GetParameter(); });
        },
        WeakCallbackType::kParameter);
  }
};

bool SlotIs(Local<Context> context, int slot, bool fallback) {
  if (context->GetNumberOfEmbedderDataFields() <= static_cast<uint32_t>(slot)) return fallback;
  Local<Value> held = context->GetEmbedderData(slot);
  return held->IsBoolean() ? held->IsTrue() : fallback;
}

// V8 asks here because contexts are made with the question open; isolated-vm's bound on the length stays.
ModifyCodeGenerationFromStringsResult MayCompile(Local<Context> context, Local<Value> source, bool is_code_like) {
  State* state = State::Of(context);
  bool fits = !source->IsString() || state == nullptr ||
              static_cast<size_t>(source.As<String>()->Length()) <= state->max_eval_length;
  ModifyCodeGenerationFromStringsResult result;
  result.codegen_allowed = fits && SlotIs(context, kStringsSlot, true);
  return result;
}

bool MayCompileWasm(Local<Context> context, Local<String> source) { return SlotIs(context, kWasmSlot, true); }

// (object | symbol, name, origin, strings, wasm, ownMicrotaskQueue, hostSymbol). A symbol in place of the
// object asks for a plain context, whose global is the result.
void MakeContext(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  Local<Context> caller = isolate->GetCurrentContext();
  bool plain = args[0]->IsSymbol();
  if (!plain && (!args[0]->IsObject() || !ContextOf(state, args[0]).IsEmpty())) {
    return ThrowTypeError(isolate, "makeContext takes an object that is no context yet");
  }
  if (!args[6]->IsSymbol()) return ThrowTypeError(isolate, "the host-defined option is a symbol");
  MicrotaskQueue* queue = nullptr;
  if (args[5]->IsTrue()) queue = MicrotaskQueue::New(isolate, MicrotasksPolicy::kExplicit).release();
  MaybeLocal<ObjectTemplate> global_template;
  if (!plain) global_template = GlobalTemplate(isolate);
  Local<Context> context =
      Context::New(isolate, nullptr, global_template, {}, DeserializeInternalFieldsCallback(IgnoreFields, nullptr), queue);
  Local<Object> handle;
  if (context.IsEmpty() || !NewHandle(caller, state->context_handle).ToLocal(&handle)) {
    if (context.IsEmpty()) delete queue;
    return;
  }
  context->SetSecurityToken(caller->GetSecurityToken());
  context->AllowCodeGenerationFromStrings(false);
  AdoptContext(state, context);
  context->SetEmbedderData(kStringsSlot, Boolean::New(isolate, !args[3]->IsFalse()));
  context->SetEmbedderData(kWasmSlot, Boolean::New(isolate, !args[4]->IsFalse()));
  handle->SetInternalField(kContext, context);
  if (queue != nullptr) OwnQueue::Watch(state, handle, queue);
  Local<Object> face = plain ? context->Global() : args[0].As<Object>();
  Local<Private> option = HostOptionSymbol(isolate);
  if (context->Global()->SetPrivate(context, option, args[6]).IsNothing() ||
      face->SetPrivate(caller, option, args[6]).IsNothing() ||
      face->SetPrivate(caller, ContextSymbol(isolate), handle).IsNothing()) {
    return;
  }
  SeedRandom(context);
  if (state->has_hook(Hook::kContextMade)) {
    Local<Value> global = context->Global();
    if (state->hook(Hook::kContextMade)->Call(caller, Undefined(isolate), 1, &global).IsEmpty()) return;
  }
  // The last step: from here on the interceptors answer.
  if (!plain) context->SetEmbedderData(kSandboxSlot, face);
  // An empty sandbox slot would let the handle of a plain context die before its queue's context does.
  args.GetReturnValue().Set(face);
}

void SetContextCallback(const Info& args) {
  State* state = State::Of(args);
  if (!args[0]->IsFunction()) return ThrowTypeError(args.GetIsolate(), "setContextCallback takes a function");
  state->hooks[static_cast<int>(Hook::kContextMade)].Reset(state->isolate, args[0].As<Function>());
}

void IsContext(const Info& args) { args.GetReturnValue().Set(!ContextOf(State::Of(args), args[0]).IsEmpty()); }

// The global proxy of a contextified object.
void GlobalOf(const Info& args) {
  Local<Context> context;
  if (!ContextOf(State::Of(args), args[0]).ToLocal(&context)) {
    return ThrowTypeError(args.GetIsolate(), "a contextified object is needed");
  }
  args.GetReturnValue().Set(context->Global());
}

}  // namespace

void Register(State* state, Local<Object> contextify_topic) {
  static constexpr Entry kEntries[] = {
      {"makeContext", MakeContext, 7},
      {"setContextCallback", SetContextCallback, 1},
      {"isContext", IsContext, 1},
      {"globalOf", GlobalOf, 1},
  };
  state->context_handle.Reset(state->isolate, NewHandleTemplate(state->isolate, kContextFields));
  state->isolate->SetModifyCodeGenerationFromStringsCallback(MayCompile);
  state->isolate->SetAllowWasmCodeGenerationCallback(MayCompileWasm);
  Install(state, contextify_topic, kEntries);
}

}  // namespace vm_context
}  // namespace vivarium
