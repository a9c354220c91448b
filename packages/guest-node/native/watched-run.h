// One entry into a program's own code that may have a limit of its own.
#pragma once

#include "time-watch.h"

namespace vivarium {

// Stands around the entry, on the stack.
class WatchedRun {
 public:
  // A number of milliseconds, or no limit; and whether SIGINT ends it.
  WatchedRun(State* state, Local<Value> limit, Local<Value> heeds_sigint);

  // False, with an exception pending, where nothing would keep the limit.
  bool MayBegin();
  // Whether what was run has come to its end; if not, why is pending as an exception.
  bool End(Local<Context> context, bool decorates);

 private:
  void ThrowStopped(time_watch::Watch::Verdict verdict);

  State* const state_;
  const double milliseconds_;
  time_watch::Watch watch_;
  TryCatch caught_;
};

// microtaskMode "afterEvaluate": what has been queued in a context with a queue of its own.
void RunOwnMicrotasks(State* state, Local<Context> context);

}  // namespace vivarium
