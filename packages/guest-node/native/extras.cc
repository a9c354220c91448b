// The slot that V8 carries across every await and promise reaction: all that AsyncLocalStorage needs.
#include "helper.h"

namespace vivarium::extras {

namespace {

void GetContinuationPreservedEmbedderData(const Info& args) {
  args.GetReturnValue().Set(args.GetIsolate()->GetContinuationPreservedEmbedderData());
}

void SetContinuationPreservedEmbedderData(const Info& args) {
  args.GetIsolate()->SetContinuationPreservedEmbedderData(args[0]);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"getContinuationPreservedEmbedderData", GetContinuationPreservedEmbedderData, 0},
      {"setContinuationPreservedEmbedderData", SetContinuationPreservedEmbedderData, 1},
  };
  Install(state, Topic(state, target, "extras"), kEntries);
}

}  // namespace vivarium::extras
