// Making module records, from source text and synthetic ones, and what is known of a record by itself.
#include "module-handle.h"

namespace vivarium::module_wrap {

MaybeLocal<Object> Wrap(State* state, Local<Context> context, Local<Module> module, Local<Symbol> symbol) {
  Isolate* isolate = state->isolate;
  Local<Object> handle;
  if (!NewHandle(context, state->module_handle).ToLocal(&handle)) return {};
  handle->SetInternalField(kModule, module);
  handle->SetInternalField(kLinked, Undefined(isolate));
  handle->SetInternalField(kHostSymbol, symbol);
  handle->SetInternalField(kEvaluation, Undefined(isolate));
  handle->SetInternalField(kSource, Undefined(isolate));
  handle->SetInternalField(kPromise, Undefined(isolate));
  handle->SetInternalField(kOrigin, Undefined(isolate));
  state->modules->Add(isolate, module, handle);
  return handle;
}

MaybeLocal<Object> Attributes(Local<Context> context, Local<FixedArray> list, int step) {
  Isolate* isolate = context->GetIsolate();
  Local<Object> attributes = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
  for (int i = 0; i + 1 < list->Length(); i += step) {
    Local<Name> key = list->Get(context, i).As<Name>();
    if (attributes->CreateDataProperty(context, key, list->Get(context, i + 1).As<Value>()).IsNothing()) return {};
  }
  return attributes;
}

namespace {

bool ContextArgument(State* state, Local<Value> value, Local<Context>* context) {
  if (value->IsNullOrUndefined()) {
    *context = state->context.Get(state->isolate);
    return true;
  }
  if (ContextOf(state, value).ToLocal(context)) return true;
  ThrowTypeError(state->isolate, "the module's context is no context");
  return false;
}

// (url, contextified | undefined, source, lineOffset, columnOffset, hostSymbol | cachedData | undefined, cachedData)
// The seventh goes with a symbol, or nothing in its place.
void CreateSourceTextModule(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  Local<Context> context;
  if (!args[0]->IsString() || !args[2]->IsString()) return ThrowTypeError(isolate, "a url and a source text are needed");
  if (!ContextArgument(state, args[1], &context)) return;
  int line = args[3]->IsInt32() ? args[3].As<Int32>()->Value() : 0;
  int column = args[4]->IsInt32() ? args[4].As<Int32>()->Value() : 0;
  Local<Symbol> symbol = args[5]->IsSymbol() ? args[5].As<Symbol>() : Symbol::New(isolate, args[0].As<String>());
  Local<String> text = args[2].As<String>();
  bool ok = true;
  Local<Value> offered = args[5]->IsSymbol() || args[5]->IsUndefined() ? args[6] : args[5];
  ScriptCompiler::CachedData* cached =
      CachedDataArgument(state, offered, CacheSubject{text, Text(isolate, "module")}, &ok);
  if (!ok) return;
  ScriptOrigin origin(args[0], line, column, true, -1, Local<Value>(), false, false, true, HostOptions(isolate, symbol));
  ScriptCompiler::Source source(text, origin, cached);
  Context::Scope scope(context);
  Local<Module> module;
  {
    TryCatch caught(isolate);
    auto options = cached != nullptr ? ScriptCompiler::kConsumeCodeCache : ScriptCompiler::kNoCompileOptions;
    if (!ScriptCompiler::CompileModule(isolate, &source, options).ToLocal(&module)) {
      AttachArrow(context, caught);
      caught.ReThrow();
      return;
    }
  }
  Local<Object> handle;
  if (!Wrap(state, context, module, symbol).ToLocal(&handle)) return;
  handle->SetInternalField(kSource, text);
  Local<Value> origin_of[] = {args[0], Integer::New(isolate, line), Integer::New(isolate, column),
                              args[1]->IsNullOrUndefined() ? Undefined(isolate).As<Value>() : args[1]};
  handle->SetInternalField(kOrigin, Array::New(isolate, origin_of, 4));
  Local<UnboundModuleScript> script = module->GetUnboundModuleScript();
  Local<Object> result = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
  if (Put(context, result, "handle", handle) && Put(context, result, "hostSymbol", symbol) &&
      Put(context, result, "hasTopLevelAwait", Boolean::New(isolate, module->HasTopLevelAwait())) &&
      Put(context, result, "sourceURL", script->GetSourceURL()) &&
      Put(context, result, "sourceMapURL", script->GetSourceMappingURL()) &&
      Put(context, result, "cachedDataRejected", CachedDataRejected(isolate, offered, source))) {
    args.GetReturnValue().Set(result);
  }
}

MaybeLocal<Value> EvaluateSynthetic(Local<Context> context, Local<Module> module) {
  Isolate* isolate = Isolate::GetCurrent();
  State* state = State::Of(context);
  Local<Promise::Resolver> resolver;
  if (!Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  Local<Object> handle = state == nullptr ? Local<Object>() : state->modules->Find(isolate, module);
  if (!handle.IsEmpty() && Field(handle, kEvaluation)->IsFunction()) {
    if (Field(handle, kEvaluation).As<Function>()->Call(context, Undefined(isolate), 0, nullptr).IsEmpty()) return {};
  }
  if (resolver->Resolve(context, Undefined(isolate)).IsNothing()) return {};
  return resolver->GetPromise();
}

constexpr uint32_t kMaxExports = 1 << 16;

// (url, contextified | undefined, exportNames, evaluationSteps)
void CreateSyntheticModule(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  Local<Context> context;
  if (!args[0]->IsString() || !args[2]->IsArray() || !args[3]->IsFunction()) {
    return ThrowTypeError(isolate, "a url, export names and evaluation steps are needed");
  }
  if (!ContextArgument(state, args[1], &context)) return;
  Local<Array> wanted = args[2].As<Array>();
  uint32_t length = wanted->Length();
  if (length > kMaxExports) return ThrowRangeError(isolate, "a synthetic module has too many exports");
  Context::Scope scope(context);
  // V8 ends the process on a name that comes twice.
  Local<v8::Set> seen = v8::Set::New(isolate);
  auto* names = new Local<String>[length == 0 ? 1 : length];
  size_t count = 0;
  bool ok = true;
  for (uint32_t i = 0; ok && i < length; i++) {
    Local<Value> name;
    ok = wanted->Get(context, i).ToLocal(&name);
    if (!ok) break;
    if (!name->IsString()) {
      ThrowTypeError(isolate, "export names are strings");
      ok = false;
    } else if (!seen->Has(context, name).FromMaybe(true)) {
      names[count++] = name.As<String>();
      ok = !seen->Add(context, name).IsEmpty();
    }
  }
  if (ok) {
    Local<Module> module = Module::CreateSyntheticModule(
        isolate, args[0].As<String>(), MemorySpan<const Local<String>>(names, count), EvaluateSynthetic);
    Local<Symbol> symbol = Symbol::New(isolate, args[0].As<String>());
    Local<Object> handle;
    if (Wrap(state, context, module, symbol).ToLocal(&handle)) {
      handle->SetInternalField(kEvaluation, args[3]);
      Local<Object> result = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
      if (Put(context, result, "handle", handle) && Put(context, result, "hostSymbol", symbol)) {
        args.GetReturnValue().Set(result);
      }
    }
  }
  delete[] names;
}

// (handle, name, value)
void SetExport(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0])) return;
  if (!subject.module->IsSyntheticModule() || !args[1]->IsString()) {
    return ThrowTypeError(subject.isolate, "setExport takes a synthetic module and a name");
  }
  if (!subject.AtLeastInstantiated()) return;
  (void)subject.module->SetSyntheticModuleExport(subject.isolate, args[1].As<String>(), args[2]).IsNothing();
}

void GetModuleRequests(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0])) return;
  Isolate* isolate = subject.isolate;
  Local<Context> context = subject.context;
  Local<Array> result = Array::New(isolate);
  if (subject.module->IsSyntheticModule()) return args.GetReturnValue().Set(result);
  Local<FixedArray> requests = subject.module->GetModuleRequests();
  for (int i = 0; i < requests->Length(); i++) {
    HandleScope scope(isolate);
    Local<ModuleRequest> request = requests->Get(context, i).As<ModuleRequest>();
    Local<Object> attributes;
    if (!Attributes(context, request->GetImportAttributes(), 3).ToLocal(&attributes) ||
        attributes->SetIntegrityLevel(context, IntegrityLevel::kFrozen).IsNothing()) {
      return;
    }
    Local<Name> names[] = {Text(isolate, "specifier"), Text(isolate, "attributes"), Text(isolate, "phase")};
    Local<Value> values[] = {request->GetSpecifier(), attributes,
                             Integer::New(isolate, static_cast<int>(request->GetPhase()))};
    Local<Object> entry = Object::New(isolate, Null(isolate), names, values, 3);
    if (entry->SetIntegrityLevel(context, IntegrityLevel::kFrozen).IsNothing() ||
        result->CreateDataProperty(context, static_cast<uint32_t>(i), entry).IsNothing()) {
      return;
    }
  }
  args.GetReturnValue().Set(result);
}

void HasTopLevelAwait(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0])) return;
  args.GetReturnValue().Set(subject.module->IsSourceTextModule() && subject.module->HasTopLevelAwait());
}

void CreateCachedData(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0])) return;
  if (!subject.module->IsSourceTextModule() || subject.module->GetStatus() >= Module::kEvaluating) {
    return ThrowCoded(subject.isolate, 'E', "ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA",
                      "Cached data cannot be created for a module which has been evaluated");
  }
  Local<UnboundModuleScript> script = subject.module->GetUnboundModuleScript();
  CacheSubject cache_subject{Field(subject.handle, kSource).As<String>(), Text(subject.isolate, "module")};
  args.GetReturnValue().Set(CachedDataResult(subject.state, cache_subject, ScriptCompiler::CreateCodeCache(script)));
}

}  // namespace

void RegisterMaking(State* state, Local<Object> topic) {
  static constexpr Entry kEntries[] = {
      {"createSourceTextModule", CreateSourceTextModule, 7}, {"createSyntheticModule", CreateSyntheticModule, 4},
      {"setExport", SetExport, 3},                           {"getModuleRequests", GetModuleRequests, 1},
      {"hasTopLevelAwait", HasTopLevelAwait, 1},             {"createCachedData", CreateCachedData, 1},
  };
  Install(state, topic, kEntries);
}

}  // namespace vivarium::module_wrap
