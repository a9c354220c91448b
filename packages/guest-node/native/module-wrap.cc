// The topic of module records: its constants, and the facade for require().
#include "module-handle.h"

namespace vivarium::module_wrap {

namespace {

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

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {{"createRequiredModuleFacade", CreateRequiredModuleFacade, 1}};
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
  KeepPromiseIntrinsics(state);
  Local<Object> topic = Topic(state, target, "moduleWrap");
  Install(state, topic, kEntries);
  Install(state, topic, kConstants);
  RegisterMaking(state, topic);
  RegisterGraph(state, topic);
  RegisterHooks(state, topic);
}

}  // namespace vivarium::module_wrap
