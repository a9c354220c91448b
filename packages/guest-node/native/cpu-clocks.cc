// What CPU time others have used. For a host's own Node, never for a guest.
#include "cpu-clocks.h"
#include "process-napi.h"

#if defined(__linux__)
#include <time.h>
#endif

namespace vivarium::cpu_clocks {

namespace {

constexpr double kUnknown = -1;

#if defined(__linux__)
// How Linux numbers these clocks; see clock_getcpuclockid(3). Of threads it tells those of this process alone.
constexpr clockid_t ClockOfProcess(int32_t process) { return static_cast<clockid_t>((~process << 3) | 2); }
constexpr clockid_t ClockOfThread(int32_t thread) { return static_cast<clockid_t>((~thread << 3) | 6); }

double Milliseconds(clockid_t clock) {
  timespec used{};
  if (clock_gettime(clock, &used) != 0) return kUnknown;
  return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}
#else
constexpr int ClockOfProcess(int32_t) { return 0; }
constexpr int ClockOfThread(int32_t) { return 0; }
double Milliseconds(int) { return kUnknown; }
#endif

napi_value Answer(napi_env env, double milliseconds) {
  napi_value value;
  return napi_create_double(env, milliseconds, &value) == napi_ok ? value : nullptr;
}

// processCpuMs(process): -1 where nothing tells it, or there is no such process.
napi_value ProcessTime(napi_env env, napi_callback_info info) {
  int32_t process = 0;
  if (!process_napi::ReadArguments(env, info, &process) || process <= 0) {
    return process_napi::Refuse(env, "The number of a process is expected");
  }
  return Answer(env, Milliseconds(ClockOfProcess(process)));
}

// systemThreadCpuMs(thread): likewise, of a thread of this process.
napi_value ThreadTime(napi_env env, napi_callback_info info) {
  int32_t thread = 0;
  if (!process_napi::ReadArguments(env, info, &thread) || thread <= 0) {
    return process_napi::Refuse(env, "The number of a thread is expected");
  }
  return Answer(env, Milliseconds(ClockOfThread(thread)));
}

}  // namespace

void Register(napi_env env, napi_value exports) {
  process_napi::Offer(env, exports, "processCpuMs", ProcessTime);
  process_napi::Offer(env, exports, "systemThreadCpuMs", ThreadTime);
}

}  // namespace vivarium::cpu_clocks
