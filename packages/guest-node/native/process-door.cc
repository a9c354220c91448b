// The door through which Node loads the helper into a context of the host's or a cell's own. What it offers, no guest ever
// holds.
#include <node_api.h>

#include "cpu-clocks.h"
#include "cpu-watch.h"
#include "heap-room.h"
#include "long-memory.h"
#include "process-confine.h"
#include "process-fork.h"
#include "process-namespaces.h"
#include "process-wait.h"
#include "thread-guests.h"
#include "thread-park.h"

NAPI_MODULE_INIT() {
  vivarium::cpu_clocks::Register(env, exports);
  vivarium::cpu_watch::Register(env, exports);
  vivarium::heap_room::Register(env, exports);
  vivarium::long_memory::Register(env, exports);
  vivarium::thread_guests::Register(env, exports);
  vivarium::thread_park::Register(env, exports);
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
  vivarium::process_fork::Register(env, exports);
  vivarium::process_confine::Register(env, exports);
  vivarium::process_namespaces::Register(env, exports);
  vivarium::process_wait::Register(env, exports);
#endif
  return exports;
}
