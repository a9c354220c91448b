// A module record behind an opaque handle, and what the files of this topic share about it.
#pragma once

#include "module-table.h"
#include "source-text.h"

namespace vivarium::module_wrap {

// Fields of a module handle.
constexpr int kModule = 0;       // the record
constexpr int kLinked = 1;       // an array of handles, aligned with the module's requests; undefined before link
constexpr int kHostSymbol = 2;   // the host-defined option
constexpr int kEvaluation = 3;   // a synthetic module's evaluation steps
constexpr int kSource = 4;       // a source text module's text
constexpr int kPromise = 5;      // what evaluating answered
constexpr int kOrigin = 6;       // a source text module's [url, line, column, contextified object]
constexpr int kFields = 7;

inline Local<Value> Field(Local<Object> handle, int index) { return handle->GetInternalField(index).As<Value>(); }

// A handle and the module in it.
struct Subject {
  State* state;
  Isolate* isolate;
  Local<Context> context;
  Local<Object> handle;
  Local<Module> module;

  explicit Subject(const Info& args) : Subject(State::Of(args), args.GetIsolate()) {}
  Subject(State* owner, Isolate* current) : state(owner), isolate(current), context(current->GetCurrentContext()) {}

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
    ThrowCoded(isolate, 'E', "ERR_MODULE_NOT_INSTANTIATED", "Module is not instantiated");
    return false;
  }
};

MaybeLocal<Object> Wrap(State* state, Local<Context> context, Local<Module> module, Local<Symbol> symbol);

// Import attributes as an object. V8 gives them as key, value and, in a request, the offset: `step` is 2 or 3.
MaybeLocal<Object> Attributes(Local<Context> context, Local<FixedArray> list, int step);

// The context that a source text module is for.
Local<Context> OwnContext(const Subject& subject);

// Compiles the modules on circles that await something so that each of them does; the root is to be read again after it.
// Everything beneath is linked. False with an exception pending.
bool MakeCirclesAwait(const Subject& root);

// False, with an exception pending, where evaluating would harm V8.
bool MayEvaluate(Subject* subject);

// Has V8 evaluate a module that may be evaluated, and keeps the promise that says how it ends.
MaybeLocal<Promise> StartModule(Subject* subject);

// Evaluates a module whose graph awaits something, and keeps the promise.
MaybeLocal<Promise> EvaluateInOrder(const Subject& root);

// Keeps what MayAwait compares with.
void KeepPromiseIntrinsics(State* state);

// Throws what the promise was rejected with. The promise counts as handled, so that it is reported once.
bool ThrowIfRejected(Local<Context> context, Local<Promise> promise);

void RegisterMaking(State* state, Local<Object> topic);
void RegisterGraph(State* state, Local<Object> topic);
void RegisterHooks(State* state, Local<Object> topic);

}  // namespace vivarium::module_wrap
