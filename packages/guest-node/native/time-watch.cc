// A thread that stops scripts of node:vm whose time is over.
#include "time-watch.h"
#include "thread-guests.h"
#include "watch-thread.h"

namespace vivarium::time_watch {

namespace {

using watch_thread::kAgain;
using watch_thread::kNever;

constexpr double kLongestMs = 1e12;

// Held for moments. Whoever holds it may take the lock of thread_guests, never the other way round.
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

struct Held {
  Held() { pthread_mutex_lock(&mutex); }
  ~Held() { pthread_mutex_unlock(&mutex); }
  Held(const Held&) = delete;
  void operator=(const Held&) = delete;
};

int64_t Now() { return watch_thread::Now(CLOCK_MONOTONIC); }

}  // namespace

// The one thread of the process, and the list of what has a time; all under the mutex.
struct Watcher {
  static bool Start() {
#if defined(__linux__)
    static const bool has_condition = watch_thread::MakeCondition(&changed);
    is_running = is_running || (has_condition && watch_thread::Start(Run));
    return is_running;
#else
    return false;
#endif
  }

  static void List(Watch* watch) {
    watch->next_ = first;
    watch->previous_ = &first;
    if (first != nullptr) first->previous_ = &watch->next_;
    first = watch;
    watch->is_listed_ = true;
    if (watch->until_ < looks_at) pthread_cond_signal(&changed);
  }

  static void Unlist(Watch* watch) {
    if (!watch->is_listed_) return;
    *watch->previous_ = watch->next_;
    if (watch->next_ != nullptr) watch->next_->previous_ = watch->previous_;
    watch->is_listed_ = false;
  }

 private:
#if defined(__linux__)
  // When to look again.
  static int64_t Look() {
    const int64_t now = Now();
    int64_t soonest = kNever;
    for (Watch* watch = first; watch != nullptr; watch = watch->next_) {
      int64_t next = watch->until_;
      if (next <= now) {
        watch->has_expired_ = true;
        watch->StopScript();
        next = now + kAgain;
      }
      if (next < soonest) soonest = next;
    }
    return soonest;
  }

  static void* Run(void*) {
    pthread_mutex_lock(&mutex);
    for (;;) {
      looks_at = Look();
      watch_thread::Sleep(&changed, &mutex, looks_at);
    }
    return nullptr;
  }
#endif

  static pthread_cond_t changed;
  static Watch* first;
  static bool is_running;
  static int64_t looks_at;
};

pthread_cond_t Watcher::changed;
Watch* Watcher::first = nullptr;
bool Watcher::is_running = false;
int64_t Watcher::looks_at = kNever;

Watch::Watch(State* state, double milliseconds, bool heeds_sigint)
    : state_(state), outer_(state->watch), heeds_sigint_(heeds_sigint) {
  Held held;
  state->watch = this;
  is_on_ = true;
  if (!(milliseconds >= 0 && milliseconds <= kLongestMs)) return;
  until_ = Now() + static_cast<int64_t>(milliseconds * 1e6);
  is_on_ = Watcher::Start();
  if (is_on_) Watcher::List(this);
}

Watch::~Watch() {
  Held held;
  Watcher::Unlist(this);
  if (state_->watch == this) state_->watch = outer_;
}

void Watch::StopScript() { state_->isolate->TerminateExecution(); }

Watch::Verdict Watch::End() {
  Held held;
  Watcher::Unlist(this);
  state_->watch = outer_;
  if (!has_expired_ && !is_interrupted_) return Verdict::kNone;
  if (!thread_guests::Resume(state_)) return Verdict::kNone;
  // What stopped this script may have been meant for one around it as well.
  for (Watch* around = outer_; around != nullptr; around = around->outer_) {
    if (!around->has_expired_ && !around->is_interrupted_) continue;
    around->StopScript();
    return Verdict::kNone;
  }
  return has_expired_ ? Verdict::kTimedOut : Verdict::kInterrupted;
}

bool InterruptScript(State* state) {
  Held held;
  for (Watch* watch = state->watch; watch != nullptr; watch = watch->outer_) {
    if (!watch->heeds_sigint_) continue;
    watch->is_interrupted_ = true;
    watch->StopScript();
    return true;
  }
  return false;
}

bool HoldAll(State* state) {
  Held held;
  for (Watch* watch = state->watch; watch != nullptr; watch = watch->outer_) {
    if (watch->has_expired_ || watch->is_interrupted_) return false;
  }
  for (Watch* watch = state->watch; watch != nullptr; watch = watch->outer_) Watcher::Unlist(watch);
  thread_guests::NoteEnd(state);
  return true;
}

}  // namespace vivarium::time_watch
