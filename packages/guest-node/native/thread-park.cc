#include "thread-park.h"
#include "process-napi.h"
#include "thread-guests.h"

#include <atomic>

#if defined(_WIN32)
#include <process.h>
#include <windows.h>
#else
#include <csignal>
#include <unistd.h>
#endif

namespace vivarium::thread_park {

namespace {

enum Reason : int { kNone = 0, kOutOfMemory = 1, kFatal = 2 };

// Whoever makes threads stops long before.
constexpr uint32_t kMostParked = 256;

struct Parked {
  std::atomic<uint32_t> mark{0};
  std::atomic<int> reason{kNone};
};

Parked parked[kMostParked];
std::atomic<uint32_t> count{0};
thread_local bool is_to_be_parked = false;

[[noreturn]] void Park(Reason reason) {
#if !defined(_WIN32)
  // What is sent to the process is for threads that are awake.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
#endif
  const uint32_t index = count.fetch_add(1);
  if (index < kMostParked) {
    parked[index].reason.store(reason);
    parked[index].mark.store(thread_guests::ThisThread());
  }
  for (;;) {
#if defined(_WIN32)
    Sleep(INFINITE);
#else
    pause();
#endif
  }
}

// These are called where V8 would end the process when they return.
void OnOutOfMemory(const char*, const OOMDetails&) { Park(kOutOfMemory); }
void OnMisuse(const char*, const char*) { Park(kFatal); }

// For all threads: the others go on to their end.
void OnFatal(const char*, int, const char*) {
  if (is_to_be_parked) Park(kFatal);
}

void Watch(Isolate* isolate) {
  isolate->SetOOMErrorHandler(OnOutOfMemory);
  isolate->SetFatalErrorHandler(OnMisuse);
}

int ReasonOf(uint32_t mark) {
  for (uint32_t index = 0; index < kMostParked; index++) {
    const uint32_t found = parked[index].mark.load();
    if (found == 0) return kNone;
    if (found == mark) return parked[index].reason.load();
  }
  return kNone;
}

// parkInsteadOfAborting(): holds for the thread that calls, and for all guests that it makes from then on.
napi_value ParkInsteadOfAborting(napi_env, napi_callback_info) {
  is_to_be_parked = true;
  V8::SetFatalErrorHandler(OnFatal);
  Watch(Isolate::GetCurrent());
  return nullptr;
}

napi_value Number(napi_env env, int number) {
  napi_value value;
  return napi_create_int32(env, number, &value) == napi_ok ? value : nullptr;
}

// parkedFor(mark): why that thread sleeps for ever, a Reason; 0 when it does not.
napi_value ParkedFor(napi_env env, napi_callback_info info) {
  uint32_t mark = 0;
  if (!process_napi::ReadArguments(env, info, &mark)) {
    return process_napi::Refuse(env, "The mark of a thread is expected");
  }
  return Number(env, mark == 0 ? static_cast<int>(kNone) : ReasonOf(mark));
}

// parkedThreads(): how many there are in this process.
napi_value ParkedThreads(napi_env env, napi_callback_info) { return Number(env, static_cast<int>(count.load())); }

// leaveProcess(code): ends the process without waiting for any thread.
napi_value LeaveProcess(napi_env env, napi_callback_info info) {
  int32_t code = 1;
  _exit(process_napi::ReadArguments(env, info, &code) ? code : 1);
}

}  // namespace

void Enter(State* state) {
  if (is_to_be_parked) Watch(state->isolate);
}

bool IsParked(uint32_t mark) { return ReasonOf(mark) != kNone; }

void Register(napi_env env, napi_value exports) {
  process_napi::Offer(env, exports, "parkInsteadOfAborting", ParkInsteadOfAborting);
  process_napi::Offer(env, exports, "parkedFor", ParkedFor);
  process_napi::Offer(env, exports, "parkedThreads", ParkedThreads);
  process_napi::Offer(env, exports, "leaveProcess", LeaveProcess);
}

}  // namespace vivarium::thread_park
