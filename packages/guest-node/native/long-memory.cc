#include "long-memory.h"

#include <atomic>
#include <chrono>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "process-napi.h"

namespace vivarium::long_memory {

namespace {

// What may be kept of freed memory, in bytes: more than the garbage outside its heap at which V8 collects.
constexpr int kKept = 128 * 1024 * 1024;
// What is larger comes from the system each time: glibc allows no more.
constexpr int kLargest = 32 * 1024 * 1024;
// Buffers of so many bytes, seen twice within so short a time, are as long results: fresh pages would take most of that time.
constexpr size_t kMany = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds kSoon{100};
// A heap of so many bytes is collected in a few milliseconds.
constexpr size_t kSmallHeap = 32 * 1024 * 1024;

// What glibc keeps of itself.
constexpr int kUsuallyKept = 128 * 1024;

std::atomic<bool> keeps{false};
std::atomic<bool> has_no_threads{false};
// Guests that have had long results, or many buffers.
std::atomic<int> guests{0};

// keepLongMemory(isSingleThreaded): this process is its guests' alone.
napi_value KeepLongMemory(napi_env env, napi_callback_info info) {
  bool is_single_threaded = false;
  if (!process_napi::ReadArguments(env, info, &is_single_threaded)) return process_napi::Refuse(env, "A boolean is expected");
  keeps = true;
  has_no_threads = is_single_threaded;
  return nullptr;
}

// Only now: a guest that has had neither leaves nothing behind.
void KeepFreed(State* state) {
  if (state->keeps_freed) return;
  state->keeps_freed = true;
  guests++;
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, kLargest);
  mallopt(M_TRIM_THRESHOLD, kKept);
#endif
}

// What goes with the last of these guests, now and after its state, goes back to the system.
void ReturnFreed() {
#if defined(__GLIBC__)
  mallopt(M_TRIM_THRESHOLD, kUsuallyKept);
  malloc_trim(0);
#endif
}

// When there is much outside its heap, V8 marks what lives in steps that take half a second in all: right where other
// threads mark meanwhile, or where there is much to mark. Where neither is so, it collects at once: otherwise hundreds of
// megabytes of garbage would come together in that time, every page of them fresh.
void ChooseSteps(Isolate* isolate) {
  HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  const bool is_small = heap.used_heap_size() < kSmallHeap;
  isolate->SetPriority(is_small ? Isolate::Priority::kBestEffort : Isolate::Priority::kUserBlocking);
}

// A collection chooses how far the heap may grow until the next: as far as without long results.
void BeforeCollection(Isolate* isolate, GCType, GCCallbackFlags, void*) {
  isolate->SetPriority(Isolate::Priority::kUserBlocking);
}

// Young objects are collected early where there are many young buffers.
void BeforeYoungCollection(Isolate* isolate, GCType, GCCallbackFlags, void* data) {
  State* state = static_cast<State*>(data);
  if (state->keeps_freed || !keeps.load(std::memory_order_relaxed)) return;
  HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  if (heap.external_memory() < kMany) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - state->many_buffers_at < kSoon) KeepFreed(state);
  state->many_buffers_at = now;
}

void AfterCollection(Isolate* isolate, GCType, GCCallbackFlags, void*) { ChooseSteps(isolate); }

}  // namespace

// The callback goes with the isolate: V8 collects nothing once its guest has gone.
void Enter(State* state) { state->isolate->AddGCPrologueCallback(BeforeYoungCollection, state, kGCTypeScavenge); }

void Expect(Isolate* isolate, size_t bytes) {
  if (bytes < kLong || !keeps.load(std::memory_order_relaxed)) return;
  State* state = State::Of(isolate->GetCurrentContext());
  if (state == nullptr || state->has_long_memory) return;
  state->has_long_memory = true;
  KeepFreed(state);
  if (!has_no_threads.load(std::memory_order_relaxed)) return;
  isolate->AddGCPrologueCallback(BeforeCollection, nullptr, kGCTypeMarkSweepCompact);
  isolate->AddGCEpilogueCallback(AfterCollection, nullptr, kGCTypeMarkSweepCompact);
  ChooseSteps(isolate);
}

void Leave(const State* state) {
  if (state->keeps_freed && --guests == 0) ReturnFreed();
}

void Register(napi_env env, napi_value exports) { process_napi::Offer(env, exports, "keepLongMemory", KeepLongMemory); }

}  // namespace vivarium::long_memory
