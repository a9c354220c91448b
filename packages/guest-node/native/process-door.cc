// The door through which Node loads the helper into a cell's own context. What it offers, no guest ever holds.
#include <node_api.h>

#include "process-confine.h"
#include "process-fork.h"
#include "process-wait.h"

NAPI_MODULE_INIT() {
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
  vivarium::process_fork::Register(env, exports);
  vivarium::process_confine::Register(env, exports);
  vivarium::process_wait::Register(env, exports);
#endif
  return exports;
}
