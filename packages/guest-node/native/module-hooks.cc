// V8's host hooks for import() and import.meta.
#include "module-handle.h"

namespace vivarium::module_wrap {

namespace {

// The promise is of the realm that imports, whosever the answer is.
MaybeLocal<Promise> AsPromise(Local<Context> context, Local<Value> value) {
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

void RegisterHooks(State* state, Local<Object> topic) {
  static constexpr Entry kEntries[] = {
      {"setImportModuleDynamicallyCallback", SetImportModuleDynamicallyCallback, 1},
      {"setInitializeImportMetaObjectCallback", SetInitializeImportMetaObjectCallback, 1},
  };
  Install(state, topic, kEntries);
}

}  // namespace vivarium::module_wrap
