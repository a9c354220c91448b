#ifndef VIVARIUM_THREAD_PARK_H_
#define VIVARIUM_THREAD_PARK_H_

#include <node_api.h>

#include "helper.h"

// What V8 gives up for good ends its process, and must not run on. Where the process is the host's own, the thread of a
// worker cell is put to sleep for ever instead, with all that it holds.
namespace vivarium::thread_park {

// Sees to it that a guest of a thread that is to be parked does not end the process.
void Enter(State* state);

// Whether the thread with that mark sleeps for ever. It may hold any lock of its isolates.
bool IsParked(uint32_t mark);

void Register(napi_env env, napi_value exports);

}  // namespace vivarium::thread_park

#endif
