// Linking, instantiating and evaluating graphs of modules.
#include "module-handle.h"
#include "watched-run.h"

namespace vivarium::module_wrap {

namespace {

bool SameAttributes(Local<Context> context, Local<FixedArray> a, Local<FixedArray> b) {
  if (a->Length() != b->Length()) return false;
  for (int i = 0; i < a->Length(); i++) {
    // Every third entry is the offset in the source.
    if (i % 3 == 2) continue;
    if (!a->Get(context, i).As<Value>()->StrictEquals(b->Get(context, i).As<Value>())) return false;
  }
  return true;
}

bool SameRequest(Local<Context> context, Local<ModuleRequest> one, Local<ModuleRequest> other) {
  return one->GetSpecifier()->StringEquals(other->GetSpecifier()) &&
         SameAttributes(context, one->GetImportAttributes(), other->GetImportAttributes());
}

// V8 asks for a module once for all phases of a request.
bool LinkedAlike(const Subject& subject, Local<Array> linked) {
  Local<Context> context = subject.context;
  Local<FixedArray> requests = subject.module->GetModuleRequests();
  for (int i = 0; i < requests->Length(); i++) {
    Local<ModuleRequest> request = requests->Get(context, i).As<ModuleRequest>();
    for (int j = i + 1; j < requests->Length(); j++) {
      Local<ModuleRequest> other = requests->Get(context, j).As<ModuleRequest>();
      if (request->GetPhase() == other->GetPhase() || !SameRequest(context, request, other)) continue;
      Local<Value> one, another;
      if (!linked->Get(context, i).ToLocal(&one) || !linked->Get(context, j).ToLocal(&another)) return false;
      if (one->StrictEquals(another)) continue;
      String::Utf8Value specifier(subject.isolate, request->GetSpecifier());
      char message[512];
      std::snprintf(message, sizeof message,
                    "Module request 'ModuleCacheKey(\"%.300s\")' at index %d must be linked to the same module requested "
                    "at index %d",
                    *specifier, i, j);
      ThrowCoded(subject.isolate, 'T', "ERR_MODULE_LINK_MISMATCH", message);
      return false;
    }
  }
  return true;
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
  // V8 keeps what it was told when it instantiated; reading the array may have run a getter that did. A synthetic module
  // requests nothing: Node's library links those of its own modules that run already.
  if (!subject.module->IsSyntheticModule() && subject.module->GetStatus() != Module::kUninstantiated) {
    return ThrowCoded(isolate, 'E', "ERR_VM_MODULE_ALREADY_LINKED", "Module has already been linked");
  }
  if (count > 1 && !LinkedAlike(subject, linked)) return;
  subject.handle->SetInternalField(kLinked, linked);
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

bool IsLinked(Local<Object> handle, Local<Module> module) {
  return module->IsSyntheticModule() || Field(handle, kLinked)->IsArray();
}

// Where a module asks for others and none were given to it.
void ThrowUnlinked(const Subject& root, Local<Object> handle, Local<Module> module) {
  Local<Value> url;
  if (!Field(handle, kOrigin).As<Array>()->Get(root.context, 0).ToLocal(&url)) return;
  String::Utf8Value name(root.isolate, url);
  Local<ModuleRequest> request = module->GetModuleRequests()->Get(root.context, 0).As<ModuleRequest>();
  String::Utf8Value specifier(root.isolate, request->GetSpecifier());
  char message[1024];
  std::snprintf(message, sizeof message, "request for '%.400s' can not be resolved on module '%.400s' that is not linked",
                *specifier, *name);
  ThrowCoded(root.isolate, 'E', "ERR_VM_MODULE_LINK_FAILURE", message);
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
  if (!IsLinked(subject.handle, subject.module)) {
    return ThrowCoded(isolate, 'E', "ERR_VM_MODULE_LINK_FAILURE", "module is not linked");
  }
  // V8 asks for one module after another: a gap would leave half of the graph prepared.
  Local<Value> error;
  bool awaits = false;
  bool whole = Walk(subject, Module::kInstantiated, [&](Local<Object> handle, Local<Module> module) {
    awaits |= module->IsSourceTextModule() && module->HasTopLevelAwait();
    bool linked = IsLinked(handle, module) || module->GetModuleRequests()->Length() == 0;
    if (!linked) ThrowUnlinked(subject, handle, module);
    return linked;
  });
  if (!whole || (awaits && !(MakeCirclesAwait(subject) && subject.Read(args[0])))) return;
  TryCatch caught(isolate);
  (void)subject.module->InstantiateModule(OwnContext(subject), Resolve, ResolveSource).IsNothing();
  if (!caught.HasCaught()) return;
  AttachArrow(subject.context, caught);
  caught.ReThrow();
}

}  // namespace

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

namespace {

// What an errored module among all that a module reaches threw; empty where there is none.
Local<Value> ErrorBeneath(const Subject& subject) {
  constexpr auto kNoLimit = static_cast<Module::Status>(Module::kErrored + 1);
  Global<Value> error;
  (void)Walk(subject, kNoLimit, [&](Local<Object> handle, Local<Module> module) {
    if (module->GetStatus() != Module::kErrored) return true;
    // Beyond the walk's own scope of handles.
    error.Reset(subject.isolate, module->GetException());
    return false;
  });
  return error.IsEmpty() ? Local<Value>() : error.Get(subject.isolate);
}

// V8 answers for the root of a module's cycle, and ends the process when that root has failed as a mere
// dependency: then the failure is told here.
MaybeLocal<Promise> AlreadyFailed(const Subject& subject) {
  Local<Value> error = ErrorBeneath(subject);
  Local<Promise::Resolver> resolver;
  if (error.IsEmpty() || !Promise::Resolver::New(subject.context).ToLocal(&resolver) ||
      resolver->Reject(subject.context, error).IsNothing()) {
    return {};
  }
  return resolver->GetPromise();
}

}  // namespace

MaybeLocal<Promise> StartModule(Subject* subject) {
  Local<Promise> promise;
  if (subject->module->GetStatus() != Module::kEvaluated || !AlreadyFailed(*subject).ToLocal(&promise)) {
    Local<Value> value;
    if (subject->isolate->IsExecutionTerminating() || !subject->module->Evaluate(subject->context).ToLocal(&value)) {
      return {};
    }
    promise = value.As<Promise>();
  }
  subject->handle->SetInternalField(kPromise, promise);
  return promise;
}

namespace {

MaybeLocal<Promise> RunModule(Subject* subject) {
  Local<Value> before = Field(subject->handle, kPromise);
  if (before->IsPromise()) return before.As<Promise>();
  if (!MayEvaluate(subject)) return {};
  bool waits = subject->module->GetStatus() == Module::kInstantiated && subject->module->IsSourceTextModule() &&
               subject->module->IsGraphAsync();
  return waits ? EvaluateInOrder(*subject) : StartModule(subject);
}

// (handle, timeout in milliseconds | -1, breakOnSigint)
void Evaluate(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0])) return;
  WatchedRun run(subject.state, args[1], args[2]);
  if (!run.MayBegin()) return;
  Local<Promise> promise;
  bool done = RunModule(&subject).ToLocal(&promise);
  if (done) RunOwnMicrotasks(subject.state, OwnContext(subject));
  if (run.End(subject.context, false) && done) args.GetReturnValue().Set(promise);
}

void Swallow(const Info& args) {}

}  // namespace

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

namespace {

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
  if (!subject.Read(args[0])) return;
  Module::Status status = subject.module->GetStatus();
  // What waits for others to finish counts as evaluated, as it does where V8 does the waiting.
  if (status == Module::kInstantiated && Field(subject.handle, kPromise)->IsPromise()) status = Module::kEvaluated;
  args.GetReturnValue().Set(static_cast<int>(status));
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

// Node for Linux has GNU's C++ library within. V8 hands the positions over in vectors of that library, which look different
// in any other: a helper that was compiled with another tells the modules alone.
#if defined(__linux__) && defined(_LIBCPP_VERSION)
constexpr bool kKnowsPositions = false;
#else
constexpr bool kKnowsPositions = true;
#endif

template <bool kKnows>
bool AddPositions(const Subject& subject, Local<Array> places) {
  Isolate* isolate = subject.isolate;
  Local<Context> context = subject.context;
  auto [modules, messages] = subject.module->GetStalledTopLevelAwaitMessages(isolate);
  for (Local<Message> message : messages) {
    Local<String> line;
    if (!message->GetSourceLine(context).ToLocal(&line)) line = String::Empty(isolate);
    Local<Value> place[] = {message->GetScriptResourceName(),
                            Integer::New(isolate, message->GetLineNumber(context).FromMaybe(0)),
                            Integer::New(isolate, message->GetStartColumn(context).FromMaybe(0)), line};
    if (places->CreateDataProperty(context, places->Length(), Array::New(isolate, place, 4)).IsNothing()) return false;
  }
  return true;
}

// A module stalls when it awaits something and nothing beneath it is pending.
template <>
[[maybe_unused]] bool AddPositions<false>(const Subject& subject, Local<Array> places) {
  Isolate* isolate = subject.isolate;
  Local<Context> context = subject.context;
  constexpr auto kNoLimit = static_cast<Module::Status>(Module::kErrored + 1);
  return Walk(subject, kNoLimit, [&](Local<Object> handle, Local<Module> module) {
    Local<Value> own = Field(handle, kPromise);
    if (!module->IsSourceTextModule() || !module->HasTopLevelAwait() || !own->IsPromise() ||
        own.As<Promise>()->State() != Promise::kPending) {
      return true;
    }
    uint32_t count = Field(handle, kLinked)->IsArray() ? Field(handle, kLinked).As<Array>()->Length() : 0;
    for (uint32_t i = 0; i < count; i++) {
      Local<Value> dependency;
      if (!Field(handle, kLinked).As<Array>()->Get(context, i).ToLocal(&dependency)) return false;
      Local<Value> other = Field(dependency.As<Object>(), kPromise);
      if (other != own && other->IsPromise() && other.As<Promise>()->State() == Promise::kPending) return true;
    }
    Local<Value> url;
    if (!Field(handle, kOrigin).As<Array>()->Get(context, 0).ToLocal(&url)) return false;
    Local<Value> place[] = {url, Integer::New(isolate, 0), Integer::New(isolate, 0), String::Empty(isolate)};
    return places->CreateDataProperty(context, places->Length(), Array::New(isolate, place, 4)).IsJust();
  });
}

// Where a graph waits at its top level: [[file, line, column, source line], …]; line 0 where it is not known.
void GetStalledTopLevelAwaits(const Info& args) {
  Subject subject(args);
  if (!subject.Read(args[0]) || !subject.AtLeastInstantiated()) return;
  Local<Array> places = Array::New(subject.isolate);
  if (!subject.module->IsSourceTextModule() || AddPositions<kKnowsPositions>(subject, places)) {
    args.GetReturnValue().Set(places);
  }
}

void ThrowIfPromiseRejected(const Info& args) {
  if (!args[0]->IsPromise()) return ThrowTypeError(args.GetIsolate(), "throwIfPromiseRejected takes a promise");
  ThrowIfRejected(args.GetIsolate()->GetCurrentContext(), args[0].As<Promise>());
}

}  // namespace

void RegisterGraph(State* state, Local<Object> topic) {
  static constexpr Entry kEntries[] = {
      {"link", Link, 2},
      {"instantiate", Instantiate, 1},
      {"evaluate", Evaluate, 3},
      {"evaluateSync", EvaluateSync, 1},
      {"getNamespace", GetNamespace, 1},
      {"getStatus", GetStatus, 1},
      {"getError", GetError, 1},
      {"isGraphAsync", IsGraphAsync, 1},
      {"getStalledTopLevelAwaits", GetStalledTopLevelAwaits, 1},
      {"throwIfPromiseRejected", ThrowIfPromiseRejected, 1},
  };
  Install(state, topic, kEntries);
}

}  // namespace vivarium::module_wrap
