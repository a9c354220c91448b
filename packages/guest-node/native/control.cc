// Ending a guest from within.
#include "helper.h"
#include "random-seed.h"
#include "thread-guests.h"
#include "time-watch.h"

namespace vivarium::control {

namespace {

// Every frame of the guest unwinds; nothing of it can be caught. For process.exit() deep in a stack.
void Terminate(const Info& args) {
  thread_guests::NoteEnd(State::Of(args));
  args.GetIsolate()->TerminateExecution();
}

// From here to terminate() no script's own limit stops the guest.
void BeginEnd(const Info& args) { args.GetReturnValue().Set(time_watch::HoldAll(State::Of(args))); }

void InterruptScript(const Info& args) { args.GetReturnValue().Set(time_watch::InterruptScript(State::Of(args))); }

void IsTerminating(const Info& args) {
  args.GetReturnValue().Set(args.GetIsolate()->IsExecutionTerminating());
}

void Seed(const Info& args) {
  SeedRandom(args.GetIsolate()->GetCurrentContext());
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"terminate", Terminate, 0},
      {"beginEnd", BeginEnd, 0},
      {"interruptScript", InterruptScript, 0},
      {"isTerminating", IsTerminating, 0},
      {"seedRandom", Seed, 0},
  };
  Install(state, Topic(state, target, "control"), kEntries);
}

}  // namespace vivarium::control
