#include "heap-room.h"
#include "process-napi.h"

namespace vivarium::heap_room {

namespace {

thread_local size_t announced = 0;

// announceHeapRoom(bytes): by so much the heap of the next guest that this thread makes is larger than its limit.
napi_value Announce(napi_env env, napi_callback_info info) {
  int64_t bytes = 0;
  if (!process_napi::ReadArguments(env, info, &bytes) || bytes < 0) {
    return process_napi::Refuse(env, "A number of bytes is expected");
  }
  announced = static_cast<size_t>(bytes);
  return nullptr;
}

}  // namespace

void Enter(State* state) {
  const size_t bytes = announced;
  announced = 0;
  if (bytes == 0) return;
  state->heap_room_held = state->isolate->GetArrayBufferAllocator()->AllocateUninitialized(bytes);
  state->heap_room = bytes;
}

void Leave(State* state) {
  if (state->heap_room_held == nullptr) return;
  state->isolate->GetArrayBufferAllocator()->Free(state->heap_room_held, state->heap_room);
}

void Register(napi_env env, napi_value exports) { process_napi::Offer(env, exports, "announceHeapRoom", Announce); }

}  // namespace vivarium::heap_room
