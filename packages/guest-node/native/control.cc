// Ending a guest from within.
#include "helper.h"
#include "random-seed.h"

namespace vivarium::control {

namespace {

// Every frame of the guest unwinds; nothing of it can be caught. For process.exit() deep in a stack.
void Terminate(const Info& args) {
  args.GetIsolate()->TerminateExecution();
}

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
      {"isTerminating", IsTerminating, 0},
      {"seedRandom", Seed, 0},
  };
  Install(state, Topic(state, target, "control"), kEntries);
}

}  // namespace vivarium::control
