// Scripts and functions from source text: what node:vm and the CommonJS loader compile with.
#include "source-text.h"
#include "watched-run.h"

namespace vivarium::contextify {

namespace {

// Fields of a script handle.
constexpr int kScript = 0;
constexpr int kSource = 1;
constexpr int kScriptFields = 2;

bool IsHostSymbol(Isolate* isolate, Local<Value> value) {
  if (value->IsSymbol()) return true;
  ThrowTypeError(isolate, "the host-defined option is a symbol");
  return false;
}

// The context to compile in: the contextified object's, or the caller's for null and undefined.
bool ParsingContext(State* state, Local<Value> value, Local<Context>* context) {
  if (value->IsNullOrUndefined()) {
    *context = state->isolate->GetCurrentContext();
    return true;
  }
  if (ContextOf(state, value).ToLocal(context)) return true;
  ThrowTypeError(state->isolate, "the parsing context is no context");
  return false;
}

constexpr uint32_t kMaxParameters = 1024;

// A list of at most kMaxParameters handles, on the stack's side of things.
template <typename Type>
struct Handles {
  Local<Type>* items = nullptr;
  size_t size = 0;
  ~Handles() { delete[] items; }

  bool Read(Isolate* isolate, Local<Context> context, Local<Value> value, bool (Value::*fits)() const) {
    if (value->IsNullOrUndefined()) return true;
    if (!value->IsArray() || value.As<Array>()->Length() > kMaxParameters) {
      ThrowTypeError(isolate, "parameters and context extensions are arrays");
      return false;
    }
    Local<Array> array = value.As<Array>();
    // Measured once: reading an element may run a getter that makes the array longer or shorter.
    uint32_t length = array->Length();
    items = new Local<Type>[length];
    for (uint32_t i = 0; i < length; i++) {
      Local<Value> item;
      if (!array->Get(context, i).ToLocal(&item)) return false;
      if (!((*item)->*fits)()) {
        ThrowTypeError(isolate, "parameters are strings, context extensions objects");
        return false;
      }
      items[size++] = item.As<Type>();
    }
    return true;
  }
};

bool Describe(Local<Context> context, Local<Object> result, Local<Value> source_url, Local<Value> source_map_url) {
  return Put(context, result, "sourceURL", source_url) && Put(context, result, "sourceMapURL", source_map_url);
}

// The shape of a function for its code cache: empty when it is too long for a string.
Local<String> FunctionShape(Isolate* isolate, Local<String>* params, size_t count, size_t extensions) {
  char head[48];
  std::snprintf(head, sizeof head, "function:%zu:%zu", extensions, count);
  Local<String> shape = Text(isolate, head);
  for (size_t i = 0; i < count && !shape.IsEmpty(); i++) {
    char length[24];
    std::snprintf(length, sizeof length, ":%d:", params[i]->Length());
    shape = String::Concat(isolate, shape, Text(isolate, length));
    if (!shape.IsEmpty()) shape = String::Concat(isolate, shape, params[i]);
  }
  return shape;
}

// Where a compiled function keeps what its code cache is for.
Local<Private> SubjectKey(Isolate* isolate) { return Private::ForApi(isolate, Text(isolate, "vivarium:cache-subject")); }

MaybeLocal<Function> CompileTo(Local<Context> context, ScriptCompiler::Source* source, size_t count,
                               Local<String>* params, size_t extension_count, Local<Object>* extensions,
                               bool eager = false) {
  auto options = source->GetCachedData() != nullptr ? ScriptCompiler::kConsumeCodeCache
                 : eager                            ? ScriptCompiler::kEagerCompile
                                                    : ScriptCompiler::kNoCompileOptions;
  return ScriptCompiler::CompileFunction(context, source, count, params, extension_count, extensions, options);
}

// (code, filename, lineOffset, columnOffset, cachedData, produceCachedData, parsingContext,
//  contextExtensions, params, hostSymbol | undefined)
void CompileFunction(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  Local<Context> caller = isolate->GetCurrentContext();
  SourcePlace place;
  Local<Context> context;
  Handles<Object> extensions;
  Handles<String> params;
  if (!place.Read(args, 0) || !ParsingContext(state, args[6], &context) ||
      !extensions.Read(isolate, caller, args[7], &Value::IsObject) ||
      !params.Read(isolate, caller, args[8], &Value::IsString) || 
      !(args[9]->IsUndefined() || IsHostSymbol(isolate, args[9]))) {
    return;
  }
  CacheSubject subject{place.code, FunctionShape(isolate, params.items, params.size, extensions.size)};
  if (subject.shape.IsEmpty()) return ThrowStringTooLong(isolate);
  bool ok;
  ScriptCompiler::CachedData* cached = CachedDataArgument(state, args[4], subject, &ok);
  if (!ok) return;
  ScriptOrigin origin(place.filename, place.line_offset, place.column_offset, true, -1, Local<Value>(), false, false,
                      false, args[9]->IsSymbol() ? HostOptions(isolate, args[9].As<Symbol>()) : Local<PrimitiveArray>());
  ScriptCompiler::Source source(place.code, origin, cached);
  Context::Scope scope(context);
  Local<Function> function;
  {
    TryCatch caught(isolate);
    if (!CompileTo(context, &source, params.size, params.items, extensions.size, extensions.items, args[10]->IsTrue()).ToLocal(&function)) {
      DecorateStack(context, caught);
      caught.ReThrow();
      return;
    }
  }
  Local<Value> subject_parts[] = {subject.text, subject.shape};
  if (function->SetPrivate(context, HostOptionSymbol(isolate), args[9]).IsNothing() ||
      function->SetPrivate(context, SubjectKey(isolate), Array::New(isolate, subject_parts, 2)).IsNothing()) {
    return;
  }
  Local<Object> result = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
  ScriptOrigin compiled = function->GetScriptOrigin();
  if (!Put(context, result, "function", function) ||
      !Describe(context, result, compiled.ResourceName(), compiled.SourceMapUrl())) {
    return;
  }
  if (!Put(context, result, "cachedDataRejected", CachedDataRejected(isolate, args[4], source))) return;
  if (args[5]->IsTrue()) {
    Local<Value> data = CachedDataResult(state, subject, ScriptCompiler::CreateCodeCacheForFunction(function));
    if (!Put(context, result, "cachedDataProduced", Boolean::New(isolate, !data->IsUndefined())) ||
        !Put(context, result, "cachedData", data)) {
      return;
    }
  }
  args.GetReturnValue().Set(result);
}

// (code, filename, lineOffset, columnOffset, cachedData, produceCachedData, parsingContext, hostSymbol)
void CompileScript(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  SourcePlace place;
  Local<Context> context;
  if (!place.Read(args, 0) || !ParsingContext(state, args[6], &context) || !IsHostSymbol(isolate, args[7])) return;
  CacheSubject subject{place.code, Text(isolate, "script")};
  bool ok;
  ScriptCompiler::CachedData* cached = CachedDataArgument(state, args[4], subject, &ok);
  if (!ok) return;
  ScriptOrigin origin(place.filename, place.line_offset, place.column_offset, true, -1, Local<Value>(), false, false,
                      false, HostOptions(isolate, args[7].As<Symbol>()));
  ScriptCompiler::Source source(place.code, origin, cached);
  auto options = cached != nullptr ? ScriptCompiler::kConsumeCodeCache : ScriptCompiler::kNoCompileOptions;
  Context::Scope scope(context);
  Local<UnboundScript> script;
  {
    TryCatch caught(isolate);
    if (!ScriptCompiler::CompileUnboundScript(isolate, &source, options).ToLocal(&script)) {
      DecorateStack(context, caught);
      caught.ReThrow();
      return;
    }
  }
  Local<Object> handle;
  if (!NewHandle(context, state->script_handle).ToLocal(&handle)) return;
  handle->SetInternalField(kScript, script);
  handle->SetInternalField(kSource, place.code);
  Local<Object> result = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
  if (!Put(context, result, "script", handle) ||
      !Describe(context, result, script->GetSourceURL(), script->GetSourceMappingURL())) {
    return;
  }
  if (!Put(context, result, "cachedDataRejected", CachedDataRejected(isolate, args[4], source))) return;
  if (args[5]->IsTrue()) {
    Local<Value> data = CachedDataResult(state, subject, ScriptCompiler::CreateCodeCache(script));
    if (!Put(context, result, "cachedDataProduced", Boolean::New(isolate, !data->IsUndefined())) ||
        !Put(context, result, "cachedData", data)) {
      return;
    }
  }
  args.GetReturnValue().Set(result);
}

bool ScriptOf(const Info& args, Local<UnboundScript>* script) {
  State* state = State::Of(args);
  if (IsHandle(state->isolate, state->script_handle, args[0], kScriptFields)) {
    Local<Data> held = args[0].As<Object>()->GetInternalField(kScript);
    // A handle whose making was interrupted holds nothing.
    if (!held->IsValue()) {
      *script = held.As<UnboundScript>();
      return true;
    }
  }
  ThrowTypeError(state->isolate, "a script handle is needed");
  return false;
}

// (script, contextified | null, displayErrors, timeout in milliseconds | -1, breakOnSigint)
void RunScript(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  Local<UnboundScript> unbound;
  Local<Context> context;
  if (!ScriptOf(args, &unbound) || !ParsingContext(state, args[1], &context)) return;
  Context::Scope scope(context);
  WatchedRun run(state, args[3], args[4]);
  if (!run.MayBegin()) return;
  Local<Value> value;
  bool done = unbound->BindToCurrentContext()->Run(context).ToLocal(&value);
  if (done) RunOwnMicrotasks(state, context);
  if (run.End(context, args[2]->IsTrue()) && done) args.GetReturnValue().Set(value);
}

void CreateCachedData(const Info& args) {
  Local<UnboundScript> script;
  if (!ScriptOf(args, &script)) return;
  Local<String> text = args[0].As<Object>()->GetInternalField(kSource).As<Value>().As<String>();
  args.GetReturnValue().Set(CachedDataResult(State::Of(args), CacheSubject{text, Text(args.GetIsolate(), "script")}, ScriptCompiler::CreateCodeCache(script)));
}

// (function): code cache of a function that compileFunction made, with all that has been compiled in it since.
void CreateFunctionCachedData(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Value> held;
  Local<Value> text;
  Local<Value> shape;
  // V8 ends the process for any other function.
  if (!args[0]->IsFunction() || args[0]->IsProxy() ||
      !args[0].As<Function>()->GetPrivate(context, SubjectKey(isolate)).ToLocal(&held) || !held->IsArray() ||
      !held.As<Array>()->Get(context, 0).ToLocal(&text) || !held.As<Array>()->Get(context, 1).ToLocal(&shape)) {
    return ThrowTypeError(isolate, "a function that compileFunction made is needed");
  }
  CacheSubject subject{text.As<String>(), shape.As<String>()};
  ScriptCompiler::CachedData* data = ScriptCompiler::CreateCodeCacheForFunction(args[0].As<Function>());
  args.GetReturnValue().Set(CachedDataResult(State::Of(args), subject, data));
}

// The parameters of CommonJS's wrapper.
constexpr const char* kWrapper[] = {"exports", "require", "module", "__filename", "__dirname"};
constexpr size_t kWrapperSize = 5;

// Messages of V8 that say: this is a module. From V8's message templates, not from Node.
constexpr const char* kModuleOnlySyntax[] = {
    "Cannot use import statement outside a module",
    "Unexpected token 'export'",
    "Cannot use 'import.meta' outside a module",
};
// Errors of a wrapper function that vanish when the same text is a module, since a module declares its
// own names and may await.
constexpr const char* kModuleOrNot[] = {
    "Identifier '__filename' has already been declared",
    "Identifier '__dirname' has already been declared",
    "Identifier 'exports' has already been declared",
    "Identifier 'module' has already been declared",
    "Identifier 'require' has already been declared",
    "await is only valid in async functions and the top level bodies of modules",
    "Unexpected reserved word",
    "Unexpected identifier",
    "Unexpected token",
    "missing ) after argument list",
};

template <size_t N>
bool Matches(const char* message, const char* const (&list)[N]) {
  for (const char* entry : list) {
    if (std::strstr(message, entry) != nullptr) return true;
  }
  return false;
}

bool CompilesAsModule(Isolate* isolate, Local<String> code, Local<String> filename) {
  TryCatch caught(isolate);
  ScriptOrigin origin(filename, 0, 0, true, -1, Local<Value>(), false, false, true);
  ScriptCompiler::Source source(code, origin);
  return !ScriptCompiler::CompileModule(isolate, &source).IsEmpty();
}

// Whether a text that failed as CommonJS with this message is a module.
bool LooksLikeModule(Isolate* isolate, Local<String> message, Local<String> code, Local<String> filename) {
  String::Utf8Value text(isolate, message);
  if (*text == nullptr) return false;
  if (Matches(*text, kModuleOnlySyntax)) return true;
  return Matches(*text, kModuleOrNot) && CompilesAsModule(isolate, code, filename);
}

void WrapperParameters(Isolate* isolate, Local<String> params[kWrapperSize]) {
  for (size_t i = 0; i < kWrapperSize; i++) params[i] = Text(isolate, kWrapper[i]);
}

// Takes `cached`, and says in `rejected` whether V8 has not.
MaybeLocal<Function> CompileCommonJs(Local<Context> context, Local<String> code, Local<String> filename,
                                     Local<Symbol> symbol, bool wrapped,
                                     ScriptCompiler::CachedData* cached = nullptr, bool* rejected = nullptr) {
  Isolate* isolate = context->GetIsolate();
  Local<String> params[kWrapperSize];
  WrapperParameters(isolate, params);
  ScriptOrigin origin(filename, 0, 0, true, -1, Local<Value>(), false, false, false, HostOptions(isolate, symbol));
  ScriptCompiler::Source source(code, origin, cached);
  MaybeLocal<Function> function = CompileTo(context, &source, wrapped ? kWrapperSize : 0, params, 0, nullptr);
  if (cached != nullptr && rejected != nullptr) *rejected = cached->rejected;
  return function;
}

// Code cache of a function of CommonJS's wrapper; see CachedDataArgument.
ScriptCompiler::CachedData* WrapperCache(State* state, Local<String> code, Local<Value> given, bool* ok) {
  *ok = true;
  if (given->IsNullOrUndefined()) return nullptr;
  Local<String> params[kWrapperSize];
  WrapperParameters(state->isolate, params);
  return CachedDataArgument(state, given, CacheSubject{code, FunctionShape(state->isolate, params, kWrapperSize, 0)}, ok);
}

// (code, filename, isSeaMain, shouldDetectModule, hostSymbol, cachedData)
void CompileFunctionForCjsLoader(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!args[0]->IsString() || !args[1]->IsString()) {
    return ThrowTypeError(isolate, "a source text and a file name are needed");
  }
  if (!IsHostSymbol(isolate, args[4])) return;
  Local<String> code = args[0].As<String>();
  Local<String> filename = args[1].As<String>();
  bool ok;
  ScriptCompiler::CachedData* cached = WrapperCache(State::Of(args), code, args[5], &ok);
  if (!ok) return;
  bool rejected = cached == nullptr;
  bool module = false;
  Local<Function> function;
  {
    TryCatch caught(isolate);
    if (!CompileCommonJs(context, code, filename, args[4].As<Symbol>(), true, cached, &rejected).ToLocal(&function)) {
      if (caught.HasTerminated() || caught.Message().IsEmpty()) {
        caught.ReThrow();
        return;
      }
      module = LooksLikeModule(isolate, caught.Message()->Get(), code, filename);
      if (!module || !args[3]->IsTrue()) {
        DecorateStack(context, caught);
        caught.ReThrow();
        return;
      }
    }
  }
  Local<Value> compiled = Undefined(isolate);
  Local<Value> source_url = Undefined(isolate);
  Local<Value> source_map_url = Undefined(isolate);
  if (!function.IsEmpty()) {
    compiled = function;
    source_url = function->GetScriptOrigin().ResourceName();
    source_map_url = function->GetScriptOrigin().SourceMapUrl();
  }
  Local<Object> result = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
  if (Put(context, result, "cachedDataRejected", Boolean::New(isolate, rejected && !args[5]->IsNullOrUndefined())) &&
      Put(context, result, "canParseAsESM", Boolean::New(isolate, module)) &&
      Put(context, result, "function", compiled) && Describe(context, result, source_url, source_map_url)) {
    args.GetReturnValue().Set(result);
  }
}

// (code, filename, resourceName | undefined, noCommonJsVariables): whether only a module can be meant.
void ContainsModuleSyntax(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!args[0]->IsString()) return ThrowTypeError(isolate, "a source text is needed");
  Local<String> code = args[0].As<String>();
  Local<String> filename = args[1]->IsString() ? args[1].As<String>() : String::Empty(isolate);
  bool wrapped = args[3]->IsUndefined();
  TryCatch caught(isolate);
  Local<Function> function;
  if (CompileCommonJs(context, code, filename, Symbol::New(isolate), wrapped).ToLocal(&function)) {
    return args.GetReturnValue().Set(false);
  }
  if (caught.HasTerminated()) {
    caught.ReThrow();
    return;
  }
  bool module = !caught.Message().IsEmpty() && LooksLikeModule(isolate, caught.Message()->Get(), code, filename);
  args.GetReturnValue().Set(module);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"compileFunction", CompileFunction, 10},
      {"compileScript", CompileScript, 8},
      {"runScript", RunScript, 5},
      {"createCachedData", CreateCachedData, 1},
      {"createFunctionCachedData", CreateFunctionCachedData, 1},
      {"compileFunctionForCJSLoader", CompileFunctionForCjsLoader, 6},
      {"containsModuleSyntax", ContainsModuleSyntax, 4},
  };
  state->script_handle.Reset(state->isolate, NewHandleTemplate(state->isolate, kScriptFields));
  Local<Object> topic = Topic(state, target, "contextify");
  Install(state, topic, kEntries);
  vm_context::Register(state, topic);
}

}  // namespace vivarium::contextify
