// A thread that looks at the processor time of others. For a host's own Node, never for a guest.
#include "cpu-watch.h"
#include "process-napi.h"
#include "thread-guests.h"

#if defined(__linux__)

#include "watch-thread.h"

#include <unistd.h>

#include <cstdio>
#include <new>

namespace vivarium::cpu_watch {

namespace {

using watch_thread::kAgain;
using watch_thread::kNever;
using watch_thread::Now;

// No look is taken sooner after the last one: clocks of processor time are exact, and the look costs some itself.
constexpr int64_t kSoonest = 200'000;
// How a process ends in which a guest has gone on for too long. Known to `cell-death.ts`.
constexpr int kIgnored = 86;

// In the list while a guest is entered. One per thread, and never freed: a thread may end with its watch on.
struct Watch {
  uint32_t guest = 0;
  clockid_t clock{};
  int64_t until = 0;
  // When the process ends if the guest is still entered then: kNever where it is its host's to end.
  int64_t patience = kNever;
  // By which the host knows the guest.
  uint32_t mark = 0;
  bool is_on = false;
  bool has_fired = false;
  Watch* next = nullptr;
};

thread_local Watch* own = nullptr;

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
// Made with the thread.
pthread_cond_t changed;
Watch* first = nullptr;
bool is_watching = false;
// When the thread looks next, on the monotonic clock.
int64_t looks_at = kNever;

// What the guest is in does not listen to V8: others who wait for this thread wait no longer. Native code holds no lock of ours.
[[noreturn]] void LeaveProcess(uint32_t mark) {
  char words[32];
  const int length = std::snprintf(words, sizeof words, "\nheld up by %u\n", mark);
  [[maybe_unused]] const ssize_t said = write(STDERR_FILENO, words, static_cast<size_t>(length));
  _exit(kIgnored);
}

// How long until it pays to look again: a thread uses no more processor time than time passes.
int64_t Look() {
  int64_t soonest = kNever;
  for (Watch** link = &first; *link != nullptr;) {
    Watch* watch = *link;
    const int64_t used = Now(watch->clock);
    int64_t left = watch->until - used;
    if (left <= 0) {
      if (used != kNever && watch->patience != kNever && used >= watch->until + watch->patience) LeaveProcess(watch->mark);
      left = kAgain;
      // Thread or guest have gone without a word.
      watch->has_fired = used != kNever && thread_guests::Interrupt(watch->guest);
      if (!watch->has_fired) {
        watch->is_on = false;
        *link = watch->next;
        continue;
      }
    }
    if (left < kSoonest) left = kSoonest;
    if (left < soonest) soonest = left;
    link = &watch->next;
  }
  return soonest;
}

void* Run(void*) {
  pthread_mutex_lock(&mutex);
  for (;;) {
    const int64_t left = Look();
    looks_at = left == kNever ? kNever : Now(CLOCK_MONOTONIC) + left;
    watch_thread::Sleep(&changed, &mutex, looks_at);
  }
  return nullptr;
}

bool Start() {
  static const bool has_condition = watch_thread::MakeCondition(&changed);
  is_watching = has_condition && watch_thread::Start(Run);
  return is_watching;
}

bool Begin(uint32_t guest, int64_t nanoseconds, int64_t patience, uint32_t mark) {
  if (own == nullptr) own = new (std::nothrow) Watch;
  clockid_t clock;
  if (own == nullptr || pthread_getcpuclockid(pthread_self(), &clock) != 0) return false;
  const int64_t now = Now(CLOCK_MONOTONIC);
  pthread_mutex_lock(&mutex);
  const bool begins = !own->is_on && (is_watching || Start());
  if (begins) {
    *own = {guest, clock, Now(clock) + nanoseconds, patience, mark, true, false, first};
    first = own;
    if (looks_at == kNever || now + nanoseconds < looks_at) pthread_cond_signal(&changed);
  }
  pthread_mutex_unlock(&mutex);
  return begins;
}

bool End() {
  if (own == nullptr) return false;
  pthread_mutex_lock(&mutex);
  if (own->is_on) {
    Watch** link = &first;
    while (*link != own) link = &(*link)->next;
    *link = own->next;
    own->is_on = false;
  }
  const bool has_fired = own->has_fired;
  own->has_fired = false;
  pthread_mutex_unlock(&mutex);
  return has_fired;
}

}  // namespace

double Used() { return static_cast<double>(Now(CLOCK_THREAD_CPUTIME_ID)) / 1e6; }

void Excuse(int64_t nanoseconds) {
  if (own == nullptr) return;
  pthread_mutex_lock(&mutex);
  own->until += nanoseconds;
  pthread_mutex_unlock(&mutex);
}

}  // namespace vivarium::cpu_watch

#else

namespace vivarium::cpu_watch {

namespace {

bool Begin(uint32_t, int64_t, int64_t, uint32_t) { return false; }
constexpr int64_t kNever = INT64_MAX;
bool End() { return false; }

}  // namespace

double Used() { return -1; }

void Excuse(int64_t) {}

}  // namespace vivarium::cpu_watch

#endif

namespace vivarium::cpu_watch {

namespace {

using process_napi::Boolean;

bool IsTime(double milliseconds) { return milliseconds >= 0 && milliseconds < 1e12; }

int64_t Nanoseconds(double milliseconds) { return static_cast<int64_t>(milliseconds * 1e6); }

// beginCpuWatch(guest, milliseconds, patience, mark): whether this thread's processor time is watched from now on. A negative
// patience is endless.
napi_value BeginWatch(napi_env env, napi_callback_info info) {
  uint32_t guest = 0;
  double milliseconds = 0;
  double patience = 0;
  uint32_t mark = 0;
  const bool is_complete = process_napi::ReadArguments(env, info, &guest, &milliseconds, &patience, &mark);
  if (!is_complete || !IsTime(milliseconds) || !(patience < 0 || IsTime(patience))) {
    return process_napi::Refuse(env, "A guest, numbers of milliseconds and a mark are expected");
  }
  return Boolean(env, Begin(guest, Nanoseconds(milliseconds), patience < 0 ? kNever : Nanoseconds(patience), mark));
}

// threadCpuMs(): the processor time that this thread has used, in milliseconds; -1 where nothing tells it.
napi_value ThreadTime(napi_env env, napi_callback_info) {
  napi_value value;
  return napi_create_double(env, Used(), &value) == napi_ok ? value : nullptr;
}

// endCpuWatch(): whether the guest has been interrupted.
napi_value EndWatch(napi_env env, napi_callback_info) { return Boolean(env, End()); }

}  // namespace

void Register(napi_env env, napi_value exports) {
  process_napi::Offer(env, exports, "beginCpuWatch", BeginWatch);
  process_napi::Offer(env, exports, "endCpuWatch", EndWatch);
  process_napi::Offer(env, exports, "threadCpuMs", ThreadTime);
}

}  // namespace vivarium::cpu_watch
