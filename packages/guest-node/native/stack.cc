// How deep a guest may go. V8 gives whoever enters an isolate as much stack as Node's own isolate has, counted from further
// down: a guest that used it up would leave nothing to what serves its calls on the same thread.
#include "helper.h"

#if defined(__linux__)
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__APPLE__)
#include <pthread.h>
#endif

namespace vivarium::stack {

namespace {

// Kept for the kernel, the embedder's checks and its drivers.
constexpr uintptr_t kKept = 192 * 1024;
// What V8 takes for an isolate unless its flags say otherwise.
constexpr uintptr_t kUsual = 984 * 1024;
// What Node keeps at the end of a worker thread's stack, below its own isolate's limit.
constexpr uintptr_t kKeptByNode = 192 * 1024;

// The nearest to the stack's beginning that this thread has been seen: how deep an entry happens to be must not count.
thread_local uintptr_t beginning = 0;
thread_local uintptr_t lowest = 0;

// Where a thread's stack ends; 0 for the main thread, whose stack is far larger than what V8 takes of it.
uintptr_t EndOfStack() {
#if defined(__linux__)
  if (syscall(SYS_gettid) == getpid()) return 0;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void* end = nullptr;
  size_t size = 0;
  const bool known = pthread_attr_getstack(&attributes, &end, &size) == 0;
  pthread_attr_destroy(&attributes);
  return known ? reinterpret_cast<uintptr_t>(end) : 0;
#elif defined(__APPLE__)
  if (pthread_main_np() != 0) return 0;
  return reinterpret_cast<uintptr_t>(pthread_get_stackaddr_np(pthread_self())) -
         pthread_get_stacksize_np(pthread_self());
#else
  return 0;
#endif
}

uintptr_t Position() {
#if defined(_MSC_VER)
  return reinterpret_cast<uintptr_t>(_AddressOfReturnAddress());
#else
  return reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
#endif
}

void See() {
  const uintptr_t position = Position();
  if (beginning == 0) {
    const uintptr_t end = EndOfStack();
    lowest = end == 0 ? 0 : end + kKeptByNode + kKept;
  }
  if (position > beginning) beginning = position;
}

// Holds until the isolate is left: V8 begins anew with every entry.
void KeepRoom(const Info& args) {
  See();
  const uintptr_t limit = beginning - (kUsual - kKept);
  args.GetIsolate()->SetStackLimit(limit > lowest ? limit : lowest);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  See();
  static constexpr Entry kEntries[] = {
      {"keepRoom", KeepRoom, 0},
  };
  Install(state, Topic(state, target, "stack"), kEntries);
}

}  // namespace vivarium::stack
