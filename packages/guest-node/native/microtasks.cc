// The microtask queue and what V8 reports about promises.
#include "helper.h"

namespace vivarium::microtasks {

namespace {

// isolated-vm runs microtasks whenever it leaves an isolate, on whatever thread, after the entry's timeout has been taken
// off. An open scope keeps the queue shut to everybody who does not ask here: then microtasks run within an entry.
void Shut(State* state) {
  new (state->microtask_hold) MicrotasksScope(state->isolate, nullptr, MicrotasksScope::kRunMicrotasks);
}

void Open(State* state) { reinterpret_cast<MicrotasksScope*>(state->microtask_hold)->~MicrotasksScope(); }

void PerformCheckpoint(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  State* state = State::Of(args);
  if (!state->holds_microtasks) return isolate->PerformMicrotaskCheckpoint();
  if (MicrotasksScope::IsRunningMicrotasks(isolate)) return;
  Open(state);
  isolate->PerformMicrotaskCheckpoint();
  Shut(state);
}

void EnqueueMicrotask(const Info& args) {
  if (!args[0]->IsFunction()) return ThrowTypeError(args.GetIsolate(), "enqueueMicrotask takes a function");
  Isolate* isolate = args.GetIsolate();
  // The queue of the current context: a vm context may have its own.
  MicrotaskQueue* queue = isolate->GetCurrentContext()->GetMicrotaskQueue();
  if (queue != nullptr) {
    queue->EnqueueMicrotask(isolate, args[0].As<Function>());
  } else {
    isolate->EnqueueMicrotask(args[0].As<Function>());
  }
}

void SetPolicyExplicit(const Info& args) {
  State* state = State::Of(args);
  bool is_explicit = !args[0]->IsFalse();
  args.GetIsolate()->SetMicrotasksPolicy(is_explicit ? MicrotasksPolicy::kExplicit : MicrotasksPolicy::kAuto);
  if (is_explicit == state->holds_microtasks || MicrotasksScope::IsRunningMicrotasks(state->isolate)) return;
  is_explicit ? Shut(state) : Open(state);
  state->holds_microtasks = is_explicit;
}

void OnPromiseReject(PromiseRejectMessage message) {
  Isolate* isolate = Isolate::GetCurrent();
  HandleScope scope(isolate);
  Local<Promise> promise = message.GetPromise();
  Local<Context> context;
  if (!promise->GetCreationContext(isolate).ToLocal(&context)) context = isolate->GetCurrentContext();
  State* state = State::Of(context);
  if (state == nullptr || !state->has_hook(Hook::kPromiseReject)) return;
  Local<Context> main = state->context.Get(isolate);
  Local<Value> reason = message.GetValue();
  if (reason.IsEmpty()) reason = Undefined(isolate);
  Local<Value> args[] = {Integer::New(isolate, message.GetEvent()), promise, reason};
  // The guest's handler must not make the operation that rejected throw. V8 looks for no exception here: that execution
  // ends must be asked for anew.
  TryCatch caught(isolate);
  (void)state->hook(Hook::kPromiseReject)->Call(main, Undefined(isolate), 3, args).IsEmpty();
  if (caught.HasTerminated()) isolate->TerminateExecution();
}

void SetPromiseRejectCallback(const Info& args) {
  State* state = State::Of(args);
  if (!args[0]->IsFunction()) return ThrowTypeError(args.GetIsolate(), "setPromiseRejectCallback takes a function");
  state->hooks[static_cast<int>(Hook::kPromiseReject)].Reset(state->isolate, args[0].As<Function>());
  state->isolate->SetPromiseRejectCallback(OnPromiseReject);
}

void SetPromiseHooks(const Info& args) {
  Local<Function> hooks[4];
  for (int i = 0; i < 4; i++) {
    if (args[i]->IsFunction()) {
      hooks[i] = args[i].As<Function>();
    } else if (!args[i]->IsUndefined()) {
      return ThrowTypeError(args.GetIsolate(), "setPromiseHooks takes functions or undefined");
    }
  }
  State* state = State::Of(args);
  state->context.Get(state->isolate)->SetPromiseHooks(hooks[0], hooks[1], hooks[2], hooks[3]);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"performCheckpoint", PerformCheckpoint, 0},
      {"enqueueMicrotask", EnqueueMicrotask, 1},
      {"setPolicyExplicit", SetPolicyExplicit, 1},
      {"setPromiseRejectCallback", SetPromiseRejectCallback, 1},
      {"setPromiseHooks", SetPromiseHooks, 4},
  };
  static constexpr Constant kConstants[] = {
      {"kPromiseRejectWithNoHandler", kPromiseRejectWithNoHandler},
      {"kPromiseHandlerAddedAfterReject", kPromiseHandlerAddedAfterReject},
      {"kPromiseRejectAfterResolved", kPromiseRejectAfterResolved},
      {"kPromiseResolveAfterResolved", kPromiseResolveAfterResolved},
  };
  Local<Object> topic = Topic(state, target, "microtasks");
  Install(state, topic, kEntries);
  Install(state, topic, kConstants);
}

}  // namespace vivarium::microtasks
