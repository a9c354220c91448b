// Module records behind opaque handles, and V8's host hooks for import() and import.meta.
#include "module-table.h"
#include "source-text.h"

namespace vivarium::module_wrap {

namespace {

// Fields of a module handle.
constexpr int kModule = 0;       // the record
constexpr int kLinked = 1;       // an array of handles, aligned with the module's requests; undefined before link
constexpr int kHostSymbol = 2;   // the host-defined option
constexpr int kEvaluation = 3;   // a synthetic module's evaluation steps
constexpr int kSource = 4;       // a source text module's text
constexpr int kFields = 5;

Local<Value> Field(Local<Object> handle, int index) { return handle->GetInternalField(index).As<Value>(); }

// A handle and the module in it.
struct Subject {
  State* state;
  Isolate* isolate;
  Local<Context> context;
  Local<Object> handle;
  Local<Module> module;

  explicit Subject(const Info& args)
      : state(State::Of(args)), isolate(args.GetIsolate()), context(isolate->GetCurrentContext()) {}

  bool Adopt(Local<Value> value) {
    if (!IsHandle(isolate, state->module_handle, value, kFields)) return false;
    Local<Data> held = value.As<Object>()->GetInternalField(kModule);
    if (held->IsValue() || !held->IsModule()) return false;
    handle = value.As<Object>();
    module = held.As<Module>();
    return true;
  }

  bool Read(Local<Value> value) {
    if (Adopt(value)) return true;
    ThrowTypeError(isolate, "a module handle is needed");
    return false;
  }

  bool AtLeastInstantiated() {
    if (module->GetStatus() >= Module::kInstantiated) return true;
    ThrowCoded(isolate, 'E', "ERR_VM_MODULE_STATUS", "Module status must not be unlinked or linking");
    return false;
  }
};

MaybeLocal<Object> Wrap(State* state, Local<Context> context, Local<Module> module, Local<Symbol> symbol) {
  Isolate* isolate = state->isolate;
  Local<Object> handle;
  if (!NewHandle(context, state->module_handle).ToLocal(&handle)) return {};
  handle->SetInternalField(kModule, module);
  handle->SetInternalField(kLinked, Undefined(isolate));
  handle->SetInternalField(kHostSymbol, symbol);
  handle->SetInternalField(kEvaluation, Undefined(isolate));
  handle->SetInternalField(kSource, Undefined(isolate));
  state->modules->Add(isolate, module, handle);
  return handle;
}

bool ContextArgument(State* state, Local<Value> value, Local<Context>* context) {
  if (value->IsNullOrUndefined()) {
    *context = state->context.Get(state->isolate);
    return true;
  }
  if (ContextOf(state, value).ToLocal(context)) return true;
  ThrowTypeError(state->isolate, "the module's context is no context");
  return false;
}

// (url, contextified | undefined, source, lineOffset, columnOffset, hostSymbol | cachedData | undefined)
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
  ScriptCompiler::CachedData* cached = args[5]->IsSymbol() ? nullptr : CachedDataArgument(state, args[5], text, &ok);
  if (!ok) return;
  ScriptOrigin origin(args[0], line, column, true, -1, Local<Value>(), false, false, true, HostOptions(isolate, symbol));
  ScriptCompiler::Source source(text, origin, cached);
  Context::Scope scope(context);
  Local<Module> module;
  {
    TryCatch caught(isolate);
    auto options = cached != nullptr ? ScriptCompiler::kConsumeCodeCache : ScriptCompiler::kNoCompileOptions;
    if (!ScriptCompiler::CompileModule(isolate, &source, options).ToLocal(&module)) {
      DecorateCompileError(context, caught);
      caught.ReThrow();
      return;
    }
  }
  Local<Object> handle;
  if (!Wrap(state, context, module, symbol).ToLocal(&handle)) return;
  handle->SetInternalField(kSource, text);
  Local<UnboundModuleScript> script = module->GetUnboundModuleScript();
  Local<Object> result = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
  Local<Value> given = args[5]->IsSymbol() ? Undefined(isolate).As<Value>() : args[5];
  if (Put(context, result, "handle", handle) && Put(context, result, "hostSymbol", symbol) &&
      Put(context, result, "hasTopLevelAwait", Boolean::New(isolate, module->HasTopLevelAwait())) &&
      Put(context, result, "sourceURL", script->GetSourceURL()) &&
      Put(context, result, "sourceMapURL", script->GetSourceMappingURL()) &&
      Put(context, result, "cachedDataRejected", CachedDataRejected(isolate, given, source))) {
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

// Import attributes as an object. V8 gives them as key, value and, in a request, the offset.
MaybeLocal<Object> Attributes(Local<Context> context, Local<FixedArray> list, int step) {
  Isolate* isolate = context->GetIsolate();
  Local<Object> attributes = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
  for (int i = 0; i + 1 < list->Length(); i += step) {
    Local<Name> key = list->Get(context, i).As<Name>();
    if (attributes->CreateDataProperty(context, key, list->Get(context, i + 1).As<Value>()).IsNothing()) return {};
  }
  return attributes;
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
    if (!Attributes(context, request->GetImportAttributes(), 3).ToLocal(&attributes)) return;
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

// (handle, handles): one handle for every request, in order.
void Link(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0])) return;
  Isolate* isolate = subject.isolate;
  if (!args[1]->IsArray()) return ThrowTypeError(isolate, "link takes an array of module handles");
  Local<Array> given = args[1].As<Array>();
  uint32_t count = subject.module->IsSyntheticModule()
                       ? 0
                       : static_cast<uint32_t>(subject.module->GetModuleRequests()->Length());
  if (given->Length() != count) {
    char message[96];
    std::snprintf(message, sizeof message, "Expected %u modules, got %u", count, given->Length());
    return ThrowCoded(isolate, 'T', "ERR_MODULE_LINK_MISMATCH", message);
  }
  Local<Array> linked = Array::New(isolate);
  for (uint32_t i = 0; i < count; i++) {
    Local<Value> value;
    if (!given->Get(subject.context, i).ToLocal(&value)) return;
    Subject dependency(args);
    if (!dependency.Adopt(value)) {
      return ThrowCoded(isolate, 'E', "ERR_VM_MODULE_NOT_MODULE", "Provided module is not an instance of Module");
    }
    if (linked->CreateDataProperty(subject.context, i, value).IsNothing()) return;
  }
  subject.handle->SetInternalField(kLinked, linked);
}

bool SameAttributes(Local<Context> context, Local<FixedArray> a, Local<FixedArray> b) {
  if (a->Length() != b->Length()) return false;
  for (int i = 0; i < a->Length(); i++) {
    // Every third entry is the offset in the source.
    if (i % 3 == 2) continue;
    if (!a->Get(context, i).As<Value>()->StrictEquals(b->Get(context, i).As<Value>())) return false;
  }
  return true;
}

// The handle that was linked for a request of the referrer; empty with an exception pending.
MaybeLocal<Module> Resolve(Local<Context> context, Local<String> specifier, Local<FixedArray> attributes,
                           Local<Module> referrer) {
  Isolate* isolate = Isolate::GetCurrent();
  State* state = State::Of(context);
  Local<Object> handle = state->modules->Find(isolate, referrer);
  if (!handle.IsEmpty() && Field(handle, kLinked)->IsArray()) {
    Local<Array> linked = Field(handle, kLinked).As<Array>();
    Local<FixedArray> requests = referrer->GetModuleRequests();
    for (int i = 0; i < requests->Length(); i++) {
      Local<ModuleRequest> request = requests->Get(context, i).As<ModuleRequest>();
      if (!request->GetSpecifier()->StringEquals(specifier) ||
          !SameAttributes(context, request->GetImportAttributes(), attributes)) {
        continue;
      }
      Local<Value> dependency;
      if (!linked->Get(context, static_cast<uint32_t>(i)).ToLocal(&dependency)) return {};
      return dependency.As<Object>()->GetInternalField(kModule).As<Module>();
    }
  }
  ThrowCoded(isolate, 'E', "ERR_VM_MODULE_LINK_FAILURE", "linking error, dependency not set");
  return {};
}

MaybeLocal<Object> ResolveSource(Local<Context> context, Local<String> specifier, Local<FixedArray> attributes,
                                 Local<Module> referrer) {
  ThrowCoded(Isolate::GetCurrent(), 'T', "ERR_SOURCE_PHASE_NOT_DEFINED", "Source phase imports are not supported");
  return {};
}

// Every module beneath this one that has not reached `limit`; `visit` ends the walk by answering false.
template <typename Visit>
bool Walk(const Subject& root, Module::Status limit, Visit visit) {
  Isolate* isolate = root.isolate;
  Local<Context> context = root.state->context.Get(isolate);
  Local<v8::Set> seen = v8::Set::New(isolate);
  Local<Array> stack = Array::New(isolate);
  uint32_t depth = 0;
  if (stack->CreateDataProperty(context, depth++, root.handle).IsNothing()) return false;
  while (depth > 0) {
    HandleScope scope(isolate);
    Local<Value> top;
    if (!stack->Get(context, --depth).ToLocal(&top)) return false;
    if (seen->Has(context, top).FromMaybe(true)) continue;
    if (seen->Add(context, top).IsEmpty()) return false;
    Local<Object> handle = top.As<Object>();
    Local<Module> module = handle->GetInternalField(kModule).As<Module>();
    if (module->GetStatus() >= limit && module->GetStatus() != Module::kEvaluating) continue;
    if (!visit(handle, module)) return false;
    if (!Field(handle, kLinked)->IsArray()) continue;
    Local<Array> linked = Field(handle, kLinked).As<Array>();
    for (uint32_t i = 0; i < linked->Length(); i++) {
      Local<Value> dependency;
      if (!linked->Get(context, i).ToLocal(&dependency) ||
          stack->CreateDataProperty(context, depth++, dependency).IsNothing()) {
        return false;
      }
    }
  }
  return true;
}

void Instantiate(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0])) return;
  Isolate* isolate = subject.isolate;
  Module::Status status = subject.module->GetStatus();
  if (status == Module::kErrored) {
    isolate->ThrowException(subject.module->GetException());
    return;
  }
  if (status >= Module::kInstantiated) return;
  // V8 aborts on a failed resolution deep in a graph that holds an errored module: find those first.
  Local<Value> error;
  bool whole = Walk(subject, Module::kInstantiated, [&](Local<Object> handle, Local<Module> module) {
    bool linked = module->IsSyntheticModule() || Field(handle, kLinked)->IsArray() ||
                  module->GetModuleRequests()->Length() == 0;
    if (!linked) ThrowCoded(isolate, 'E', "ERR_VM_MODULE_LINK_FAILURE", "linking error, dependency not set");
    return linked;
  });
  if (!whole) return;
  TryCatch caught(isolate);
  (void)subject.module->InstantiateModule(subject.context, Resolve, ResolveSource).IsNothing();
  if (!caught.HasCaught()) return;
  DecorateCompileError(subject.context, caught);
  caught.ReThrow();
}

// Evaluating into a cycle that is being evaluated right now would corrupt V8's book-keeping.
bool MayEvaluate(Subject* subject) {
  if (!subject->AtLeastInstantiated()) return false;
  bool cycle = false;
  bool whole = Walk(*subject, Module::kEvaluated, [&](Local<Object>, Local<Module> module) {
    cycle = module->GetStatus() == Module::kEvaluating;
    return !cycle;
  });
  if (whole) return true;
  if (cycle) {
    ThrowCoded(subject->isolate, 'E', "ERR_REQUIRE_CYCLE_MODULE",
               "A module cannot be evaluated while a module that it depends on is being evaluated");
  }
  return false;
}

MaybeLocal<Promise> RunModule(Subject* subject) {
  if (!MayEvaluate(subject)) return {};
  Local<Value> value;
  if (!subject->module->Evaluate(subject->context).ToLocal(&value)) return {};
  return value.As<Promise>();
}

void Evaluate(const Info& args) {
  Subject subject(args);
  Local<Promise> promise;
  if (subject.Read(args[0]) && RunModule(&subject).ToLocal(&promise)) args.GetReturnValue().Set(promise);
}

void Swallow(const Info& args) {}

// Throws what the promise was rejected with. The promise counts as handled, so that it is reported once.
bool ThrowIfRejected(Local<Context> context, Local<Promise> promise) {
  if (promise->State() != Promise::kRejected) return false;
  Isolate* isolate = context->GetIsolate();
  Local<Function> swallow;
  if (!promise->HasHandler() && Function::New(context, Swallow, {}, 0, ConstructorBehavior::kThrow).ToLocal(&swallow)) {
    (void)promise->Catch(context, swallow).IsEmpty();
  }
  isolate->ThrowException(promise->Result());
  return true;
}

// The namespace, or what the module threw. For require(esm).
void EvaluateSync(const Info& args) {
  Subject subject(args);
  Local<Promise> promise;
  if (!subject.Read(args[0]) || !RunModule(&subject).ToLocal(&promise)) return;
  if (ThrowIfRejected(subject.context, promise)) return;
  if (subject.module->IsGraphAsync()) {
    return ThrowCoded(subject.isolate, 'E', "ERR_REQUIRE_ASYNC_MODULE",
                      "require() cannot be used on an ESM graph with top-level await. Use import() instead.");
  }
  args.GetReturnValue().Set(subject.module->GetModuleNamespace());
}

void GetNamespace(const Info& args) {
  Subject subject(args);
  if (subject.Read(args[0]) && subject.AtLeastInstantiated()) {
    args.GetReturnValue().Set(subject.module->GetModuleNamespace());
  }
}

void GetStatus(const Info& args) {
  Subject subject(args);
  if (subject.Read(args[0])) args.GetReturnValue().Set(static_cast<int>(subject.module->GetStatus()));
}

// What an errored module threw; undefined for any other.
void GetError(const Info& args) {
  Subject subject(args);
  if (subject.Read(args[0]) && subject.module->GetStatus() == Module::kErrored) {
    args.GetReturnValue().Set(subject.module->GetException());
  }
}

void IsGraphAsync(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0]) || !subject.AtLeastInstantiated()) return;
  args.GetReturnValue().Set(subject.module->IsGraphAsync());
}

void HasTopLevelAwait(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0])) return;
  args.GetReturnValue().Set(subject.module->IsSourceTextModule() && subject.module->HasTopLevelAwait());
}

// Where a graph waits at its top level: [[file, line, column, source line], …].
void GetStalledTopLevelAwaits(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0]) || !subject.AtLeastInstantiated()) return;
  Isolate* isolate = subject.isolate;
  Local<Context> context = subject.context;
  Local<Array> places = Array::New(isolate);
  if (!subject.module->IsSourceTextModule()) return args.GetReturnValue().Set(places);
  auto [modules, messages] = subject.module->GetStalledTopLevelAwaitMessages(isolate);
  uint32_t count = 0;
  for (Local<Message> message : messages) {
    Local<String> line;
    if (!message->GetSourceLine(context).ToLocal(&line)) line = String::Empty(isolate);
    Local<Value> place[] = {message->GetScriptResourceName(),
                            Integer::New(isolate, message->GetLineNumber(context).FromMaybe(0)),
                            Integer::New(isolate, message->GetStartColumn(context).FromMaybe(0)), line};
    if (places->CreateDataProperty(context, count++, Array::New(isolate, place, 4)).IsNothing()) return;
  }
  args.GetReturnValue().Set(places);
}

void CreateCachedData(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0])) return;
  if (!subject.module->IsSourceTextModule() || subject.module->GetStatus() >= Module::kEvaluating) {
    return ThrowCoded(subject.isolate, 'E', "ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA",
                      "Cached data cannot be created for a module which has been evaluated");
  }
  Local<UnboundModuleScript> script = subject.module->GetUnboundModuleScript();
  args.GetReturnValue().Set(CachedDataResult(subject.state, Field(subject.handle, kSource).As<String>(), ScriptCompiler::CreateCodeCache(script)));
}

void ThrowIfPromiseRejected(const Info& args) {
  if (!args[0]->IsPromise()) return ThrowTypeError(args.GetIsolate(), "throwIfPromiseRejected takes a promise");
  ThrowIfRejected(args.GetIsolate()->GetCurrentContext(), args[0].As<Promise>());
}

// The one module that a facade's requests resolve to, while the facade is made.
MaybeLocal<Module> ResolveFacade(Local<Context> context, Local<String>, Local<FixedArray>, Local<Module>) {
  State* state = State::Of(context);
  return state->facade_of.Get(state->isolate);
}

// A namespace that re-exports a module's and adds __esModule, for require() of a module with a default export.
void CreateRequiredModuleFacade(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0]) || !subject.AtLeastInstantiated()) return;
  Isolate* isolate = subject.isolate;
  Local<String> text = Text(isolate,
                            "export * from 'original'; export { default } from 'original'; "
                            "export const __esModule = true;");
  ScriptOrigin origin(Text(isolate, "node:internal/require_module_default_facade"), 0, 0, true, -1, Local<Value>(), false,
                      false, true);
  ScriptCompiler::Source source(text, origin);
  Local<Module> facade;
  if (!ScriptCompiler::CompileModule(isolate, &source).ToLocal(&facade)) return;
  if (!MayEvaluate(&subject)) return;
  subject.state->facade_of.Reset(isolate, subject.module);
  bool linked = facade->InstantiateModule(subject.context, ResolveFacade).FromMaybe(false);
  subject.state->facade_of.Reset();
  Local<Value> promise;
  if (!linked || !facade->Evaluate(subject.context).ToLocal(&promise)) return;
  if (ThrowIfRejected(subject.context, promise.As<Promise>())) return;
  args.GetReturnValue().Set(facade->GetModuleNamespace());
}

MaybeLocal<Promise> AsPromise(Local<Context> context, Local<Value> value) {
  if (value->IsPromise()) return value.As<Promise>();
  Local<Promise::Resolver> resolver;
  if (!Promise::Resolver::New(context).ToLocal(&resolver) || resolver->Resolve(context, value).IsNothing()) return {};
  return resolver->GetPromise();
}

// The symbol that was given when the referrer was compiled, or the one of its context.
Local<Value> ReferrerSymbol(Local<Context> context, Local<Data> options) {
  Isolate* isolate = Isolate::GetCurrent();
  Local<FixedArray> list = options.As<FixedArray>();
  if (!options.IsEmpty() && list->Length() > 0) {
    Local<Value> symbol = list->Get(context, 0).As<Value>();
    if (symbol->IsSymbol()) return symbol;
  }
  Local<Value> own;
  if (context->Global()->GetPrivate(context, HostOptionSymbol(isolate)).ToLocal(&own)) return own;
  return Undefined(isolate);
}

MaybeLocal<Promise> CallImport(State* state, Local<Context> context, Local<Data> options, Local<Value> resource_name,
                               Local<String> specifier, ModuleImportPhase phase, Local<FixedArray> attributes) {
  Isolate* isolate = Isolate::GetCurrent();
  if (state == nullptr || !state->has_hook(Hook::kImportModuleDynamically)) {
    ThrowCoded(isolate, 'T', "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING", "A dynamic import callback was not specified.");
    return {};
  }
  Local<Object> given;
  if (!Attributes(context, attributes, 2).ToLocal(&given)) return {};
  Local<Value> args[] = {ReferrerSymbol(context, options), specifier, Integer::New(isolate, static_cast<int>(phase)),
                         given, resource_name};
  Local<Value> result;
  if (!state->hook(Hook::kImportModuleDynamically)->Call(context, Undefined(isolate), 5, args).ToLocal(&result)) return {};
  return AsPromise(context, result);
}

MaybeLocal<Promise> ImportWithPhase(Local<Context> context, Local<Data> options, Local<Value> resource_name,
                                    Local<String> specifier, ModuleImportPhase phase, Local<FixedArray> attributes) {
  Isolate* isolate = Isolate::GetCurrent();
  EscapableHandleScope scope(isolate);
  State* state = State::Of(context);
  // An import() answers with a promise, whatever goes wrong.
  TryCatch caught(isolate);
  Local<Promise> promise;
  if (CallImport(state, context, options, resource_name, specifier, phase, attributes).ToLocal(&promise)) {
    return scope.Escape(promise);
  }
  Local<Promise::Resolver> resolver;
  if (caught.HasTerminated() || !caught.HasCaught() || !Promise::Resolver::New(context).ToLocal(&resolver) ||
      resolver->Reject(context, caught.Exception()).IsNothing()) {
    caught.ReThrow();
    return {};
  }
  return scope.Escape(resolver->GetPromise());
}

MaybeLocal<Promise> Import(Local<Context> context, Local<Data> options, Local<Value> resource_name,
                           Local<String> specifier, Local<FixedArray> attributes) {
  return ImportWithPhase(context, options, resource_name, specifier, ModuleImportPhase::kEvaluation, attributes);
}

void InitializeImportMeta(Local<Context> context, Local<Module> module, Local<Object> meta) {
  Isolate* isolate = Isolate::GetCurrent();
  HandleScope scope(isolate);
  State* state = State::Of(context);
  if (state == nullptr || !state->has_hook(Hook::kInitializeImportMeta)) return;
  Local<Object> handle = state->modules->Find(isolate, module);
  if (handle.IsEmpty()) return;
  Local<Value> args[] = {Field(handle, kHostSymbol), meta, handle};
  (void)state->hook(Hook::kInitializeImportMeta)->Call(context, Undefined(isolate), 3, args).IsEmpty();
}

template <Hook hook>
bool Store(const Info& args) {
  State* state = State::Of(args);
  if (!args[0]->IsFunction()) {
    ThrowTypeError(state->isolate, "a callback is needed");
    return false;
  }
  state->hooks[static_cast<int>(hook)].Reset(state->isolate, args[0].As<Function>());
  return true;
}

// fn(hostSymbol | undefined, specifier, phase, attributes, referrerName) → promise of a namespace
void SetImportModuleDynamicallyCallback(const Info& args) {
  if (!Store<Hook::kImportModuleDynamically>(args)) return;
  args.GetIsolate()->SetHostImportModuleDynamicallyCallback(Import);
  args.GetIsolate()->SetHostImportModuleWithPhaseDynamicallyCallback(ImportWithPhase);
}

// fn(hostSymbol, meta, handle)
void SetInitializeImportMetaObjectCallback(const Info& args) {
  if (!Store<Hook::kInitializeImportMeta>(args)) return;
  args.GetIsolate()->SetHostInitializeImportMetaObjectCallback(InitializeImportMeta);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"createSourceTextModule", CreateSourceTextModule, 6},
      {"createSyntheticModule", CreateSyntheticModule, 4},
      {"setExport", SetExport, 3},
      {"getModuleRequests", GetModuleRequests, 1},
      {"link", Link, 2},
      {"instantiate", Instantiate, 1},
      {"evaluate", Evaluate, 1},
      {"evaluateSync", EvaluateSync, 1},
      {"getNamespace", GetNamespace, 1},
      {"getStatus", GetStatus, 1},
      {"getError", GetError, 1},
      {"isGraphAsync", IsGraphAsync, 1},
      {"hasTopLevelAwait", HasTopLevelAwait, 1},
      {"getStalledTopLevelAwaits", GetStalledTopLevelAwaits, 1},
      {"createCachedData", CreateCachedData, 1},
      {"createRequiredModuleFacade", CreateRequiredModuleFacade, 1},
      {"throwIfPromiseRejected", ThrowIfPromiseRejected, 1},
      {"setImportModuleDynamicallyCallback", SetImportModuleDynamicallyCallback, 1},
      {"setInitializeImportMetaObjectCallback", SetInitializeImportMetaObjectCallback, 1},
  };
  static constexpr Constant kConstants[] = {
      {"kUninstantiated", Module::kUninstantiated},
      {"kInstantiating", Module::kInstantiating},
      {"kInstantiated", Module::kInstantiated},
      {"kEvaluating", Module::kEvaluating},
      {"kEvaluated", Module::kEvaluated},
      {"kErrored", Module::kErrored},
      {"kSourcePhase", static_cast<int>(ModuleImportPhase::kSource)},
      {"kEvaluationPhase", static_cast<int>(ModuleImportPhase::kEvaluation)},
  };
  state->module_handle.Reset(state->isolate, NewHandleTemplate(state->isolate, kFields));
  Local<Object> topic = Topic(state, target, "moduleWrap");
  Install(state, topic, kEntries);
  Install(state, topic, kConstants);
}

}  // namespace vivarium::module_wrap
