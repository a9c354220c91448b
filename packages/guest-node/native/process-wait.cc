// How a cell waits for the host's answer. For the cell's own Node, never for a guest.
#if defined(__linux__)

#include "process-wait.h"
#include "cpu-watch.h"
#include "process-napi.h"

#include <poll.h>
#include <sched.h>
#include <time.h>

namespace vivarium::process_wait {

namespace {

double Microseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Until there is something to read, or an end. Whoever else wants the processor meanwhile gets it.
void SpinUntilInput(int descriptor, double microseconds) {
  const double until = Microseconds(CLOCK_MONOTONIC) + microseconds;
  do {
    pollfd wanted{descriptor, POLLIN, 0};
    if (poll(&wanted, 1, 0) != 0) return;
    sched_yield();
  } while (Microseconds(CLOCK_MONOTONIC) < until);
}

// spinUntilInput(descriptor, microseconds): the processor time that it took, in microseconds.
napi_value Spin(napi_env env, napi_callback_info info) {
  int32_t descriptor = -1;
  int32_t microseconds = 0;
  if (!process_napi::ReadArguments(env, info, &descriptor, &microseconds)) {
    return process_napi::Refuse(env, "A descriptor and a number of microseconds are expected");
  }
  const double before = Microseconds(CLOCK_THREAD_CPUTIME_ID);
  SpinUntilInput(descriptor, microseconds);
  const double used = Microseconds(CLOCK_THREAD_CPUTIME_ID) - before;
  cpu_watch::Excuse(static_cast<int64_t>(used * 1e3));
  napi_value spent;
  if (napi_create_double(env, used, &spent) != napi_ok) return nullptr;
  return spent;
}

// hasInput(descriptor): whether there is something to read, or an end.
napi_value HasInput(napi_env env, napi_callback_info info) {
  int32_t descriptor = -1;
  if (!process_napi::ReadArguments(env, info, &descriptor)) return process_napi::Refuse(env, "A descriptor is expected");
  pollfd wanted{descriptor, POLLIN, 0};
  return process_napi::Boolean(env, poll(&wanted, 1, 0) != 0);
}

}  // namespace

void Register(napi_env env, napi_value exports) {
  process_napi::Offer(env, exports, "spinUntilInput", Spin);
  process_napi::Offer(env, exports, "hasInput", HasInput);
}

}  // namespace vivarium::process_wait

#endif
