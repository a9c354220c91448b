#include "watched-run.h"

namespace vivarium {

using time_watch::Watch;

WatchedRun::WatchedRun(State* state, Local<Value> limit, Local<Value> heeds_sigint)
    : state_(state),
      milliseconds_(limit->IsNumber() ? limit.As<Number>()->Value() : -1),
      watch_(state, milliseconds_, heeds_sigint->IsTrue()),
      caught_(state->isolate) {}

bool WatchedRun::MayBegin() {
  if (watch_.is_on()) return true;
  ThrowCoded(state_->isolate, 'E', "ERR_VIVARIUM_UNIMPLEMENTED", "A limit of a script's time needs Linux");
  caught_.ReThrow();
  return false;
}

bool WatchedRun::End(Local<Context> context, bool decorates) {
  const Watch::Verdict verdict = watch_.End();
  if (verdict != Watch::Verdict::kNone) {
    ThrowStopped(verdict);
    caught_.ReThrow();
    return false;
  }
  if (caught_.HasTerminated()) {
    // Thrown again, the guest's end would be a null that it can catch.
    state_->isolate->TerminateExecution();
    return false;
  }
  if (!caught_.HasCaught()) return true;
  if (decorates) DecorateStack(context, caught_);
  caught_.ReThrow();
  return false;
}

void WatchedRun::ThrowStopped(Watch::Verdict verdict) {
  Isolate* isolate = state_->isolate;
  if (verdict == Watch::Verdict::kInterrupted) {
    return ThrowCoded(isolate, 'E', "ERR_SCRIPT_EXECUTION_INTERRUPTED", "Script execution was interrupted by `SIGINT`");
  }
  char words[64];
  std::snprintf(words, sizeof words, "Script execution timed out after %.0fms", milliseconds_);
  ThrowCoded(isolate, 'E', "ERR_SCRIPT_EXECUTION_TIMEOUT", words);
}

void RunOwnMicrotasks(State* state, Local<Context> context) {
  MicrotaskQueue* queue = context->GetMicrotaskQueue();
  if (queue == nullptr || queue == state->context.Get(state->isolate)->GetMicrotaskQueue()) return;
  queue->PerformCheckpoint(state->isolate);
}

}  // namespace vivarium
