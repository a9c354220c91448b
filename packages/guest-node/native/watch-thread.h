#ifndef VIVARIUM_WATCH_THREAD_H_
#define VIVARIUM_WATCH_THREAD_H_

#include <pthread.h>
#include <time.h>

#include <cstdint>

// What threads have in common that look at clocks for others, and sleep in between.
namespace vivarium::watch_thread {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNever = INT64_MAX;
// V8 may have to be told more than once.
constexpr int64_t kAgain = 1'000'000;

// Nanoseconds; kNever where there is no such clock.
inline int64_t Now(clockid_t clock) {
  timespec now{};
  if (clock_gettime(clock, &now) != 0) return kNever;
  return static_cast<int64_t>(now.tv_sec) * kSecond + now.tv_nsec;
}

#if defined(__linux__)

// On the monotonic clock: that others set the machine's is not to change when a thread looks.
inline bool MakeCondition(pthread_cond_t* condition) {
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes) != 0) return false;
  const bool made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                    pthread_cond_init(condition, &attributes) == 0;
  pthread_condattr_destroy(&attributes);
  return made;
}

// A small thread that ends with its process: the helper is built so that it stays loaded for as long.
inline bool Start(void* (*run)(void*)) {
  pthread_attr_t attributes;
  pthread_t thread;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  const bool is_running = pthread_create(&thread, &attributes, run, nullptr) == 0;
  pthread_attr_destroy(&attributes);
  return is_running;
}

// Sleeps under the mutex until the condition is signalled, or the monotonic clock shows so much.
inline void Sleep(pthread_cond_t* condition, pthread_mutex_t* mutex, int64_t until) {
  if (until == kNever) {
    pthread_cond_wait(condition, mutex);
    return;
  }
  const timespec deadline{static_cast<time_t>(until / kSecond), static_cast<long>(until % kSecond)};
  pthread_cond_timedwait(condition, mutex, &deadline);
}

#endif

}  // namespace vivarium::watch_thread

#endif
