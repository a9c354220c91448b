// What a thread with guests needs of its process: to be interrupted from another one, and to end well. For a host's own Node, never for a guest.
#include "thread-guests.h"
#include "process-napi.h"
#include "thread-park.h"

#include <atomic>
#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#include <pthread.h>
#endif

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace vivarium::thread_guests {

namespace {

// Held for moments, and by no thread that then waits for another: V8 only sets a flag under it.
class Lock {
 public:
  Lock() {
    while (held_.test_and_set(std::memory_order_acquire)) {
    }
  }
  ~Lock() { held_.clear(std::memory_order_release); }
  Lock(const Lock&) = delete;
  void operator=(const Lock&) = delete;

 private:
  static std::atomic_flag held_;
};

std::atomic_flag Lock::held_ = ATOMIC_FLAG_INIT;

// The guest that this thread has made last.
thread_local uint32_t newest = 0;

uint32_t NextNumber() {
  static std::atomic<uint32_t> last{0};
  return ++last;
}

// V8 frees an isolate only after it has disposed of the string that owns the state, so that whoever is in the table is there.
struct Guest final : Belonging {
  explicit Guest(State* state) : Belonging(&state->belongings), state(state), thread(ThisThread()), number(NextNumber()) {
    newest = number;
    HeapStatistics heap;
    state->isolate->GetHeapStatistics(&heap);
    state->heap_limit = heap.heap_size_limit();
    Lock lock;
    next_guest = first;
    previous_guest = &first;
    if (first != nullptr) first->previous_guest = &next_guest;
    first = this;
  }
  ~Guest() override {
    Lock lock;
    *previous_guest = next_guest;
    if (next_guest != nullptr) next_guest->previous_guest = previous_guest;
  }

  // Under the lock: the guest ends, and nothing takes that back.
  void Stop() {
    state->is_ended = true;
    state->isolate->TerminateExecution();
  }

  static Guest* first;
  State* const state;
  const uint32_t thread;
  const uint32_t number;
  Guest* next_guest;
  Guest** previous_guest;
};

Guest* Guest::first = nullptr;

// currentThread(): { mark, systemThread }, the second 0 where the system does not tell CPU times by it.
napi_value CurrentThread(napi_env env, napi_callback_info) {
  napi_value answer;
  if (napi_create_object(env, &answer) != napi_ok) return nullptr;
  process_napi::SetNumber(env, answer, "mark", static_cast<int>(ThisThread()));
#if defined(__linux__)
  process_napi::SetNumber(env, answer, "systemThread", static_cast<int>(syscall(SYS_gettid)));
#else
  process_napi::SetNumber(env, answer, "systemThread", 0);
#endif
  return answer;
}

// interruptGuests(mark): every guest that this thread has made stops at the next place where V8 looks.
napi_value InterruptGuests(napi_env env, napi_callback_info info) {
  uint32_t thread = 0;
  if (!process_napi::ReadArguments(env, info, &thread)) {
    return process_napi::Refuse(env, "The mark of a thread is expected");
  }
  if (thread_park::IsParked(thread)) return nullptr;
  Lock lock;
  for (Guest* guest = Guest::first; guest != nullptr; guest = guest->next_guest) {
    if (guest->thread == thread) guest->Stop();
  }
  return nullptr;
}

// newestGuest(): the number of the guest that this thread has made last; 0 when there is none.
napi_value NewestGuest(napi_env env, napi_callback_info) {
  napi_value answer;
  return napi_create_uint32(env, newest, &answer) == napi_ok ? answer : nullptr;
}

void CollectGarbage(void*) { Isolate::GetCurrent()->LowMemoryNotification(); }

// collectBeforeEnd(): before this thread's environment is taken down, its garbage is collected. When V8 has to finish a
// collection later, in the middle of taking down the heap, isolated-vm's handles in it look for what is gone, and abort.
napi_value CollectBeforeEnd(napi_env env, napi_callback_info) {
  napi_add_env_cleanup_hook(env, CollectGarbage, env);
  return nullptr;
}

#if defined(__GLIBC__)
std::atomic<bool> is_trimming{false};

void* Trim(void*) {
  malloc_trim(0);
  is_trimming.store(false);
  return nullptr;
}
#endif

// returnFreeMemory(): what threads that have ended have left free, glibc keeps for threads to come. It takes a while, and
// nobody waits for it: no event loop is to know of it.
napi_value ReturnFreeMemory(napi_env, napi_callback_info) {
#if defined(__GLIBC__)
  pthread_t thread;
  if (is_trimming.exchange(true)) return nullptr;
  if (pthread_create(&thread, nullptr, Trim, nullptr) == 0) {
    pthread_detach(thread);
  } else {
    is_trimming.store(false);
  }
#endif
  return nullptr;
}

}  // namespace

uint32_t ThisThread() {
  static std::atomic<uint32_t> last{0};
  thread_local uint32_t own = ++last;
  return own;
}

bool Interrupt(uint32_t number) {
  Lock lock;
  for (Guest* guest = Guest::first; guest != nullptr; guest = guest->next_guest) {
    if (guest->number != number) continue;
    guest->Stop();
    return true;
  }
  return false;
}

void NoteEnd(State* state) {
  Lock lock;
  state->is_ended = true;
}

bool Resume(State* state) {
  Isolate* isolate = state->isolate;
  {
    Lock lock;
    if (state->is_ended) return false;
    isolate->CancelTerminateExecution();
  }
  // isolated-vm, too, ends guests by V8's termination, which may just have been taken back: those that have had their
  // memory. It finds them after a collection, and raises the limit meanwhile.
  HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  if (heap.heap_size_limit() > state->heap_limit) isolate->LowMemoryNotification();
  return !isolate->IsExecutionTerminating();
}

void Enter(State* state) { new Guest(state); }

void Register(napi_env env, napi_value exports) {
  process_napi::Offer(env, exports, "currentThread", CurrentThread);
  process_napi::Offer(env, exports, "interruptGuests", InterruptGuests);
  process_napi::Offer(env, exports, "newestGuest", NewestGuest);
  process_napi::Offer(env, exports, "collectBeforeEnd", CollectBeforeEnd);
  process_napi::Offer(env, exports, "returnFreeMemory", ReturnFreeMemory);
}

}  // namespace vivarium::thread_guests
