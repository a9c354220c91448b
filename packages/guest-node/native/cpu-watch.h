#ifndef VIVARIUM_CPU_WATCH_H_
#define VIVARIUM_CPU_WATCH_H_

#include <node_api.h>

#include <cstdint>

// Ends a guest when the thread that it runs on has used so much processor time, however long that takes on a busy machine.
namespace vivarium::cpu_watch {

// So much of what the calling thread has used since its watch began is not its guest's.
void Excuse(int64_t nanoseconds);

void Register(napi_env env, napi_value exports);

}  // namespace vivarium::cpu_watch

#endif
