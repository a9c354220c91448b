// What collections of garbage there have been, for a program that watches them.
#include "helper.h"

#include <chrono>

namespace vivarium::collections {

namespace {

// Between two looks of the guest's; of more, the later ones are left out.
constexpr size_t kMost = 512;
constexpr size_t kHeapFields = 11;
constexpr size_t kSpaceFields = 4;
constexpr size_t kMostSpaces = 16;

double Now() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Moment {
  double at;
  double heap[kHeapFields];
  double spaces[kMostSpaces * kSpaceFields];
};

struct Collection {
  int type;
  int flags;
  Moment before;
  Moment after;
};

size_t SpacesOf(Isolate* isolate) {
  size_t count = isolate->NumberOfHeapSpaces();
  return count < kMostSpaces ? count : kMostSpaces;
}

void Read(State* state, Moment* moment) {
  HeapStatistics heap;
  state->isolate->GetHeapStatistics(&heap);
  const size_t room = state->heap_room;
  const size_t available = heap.total_available_size();
  const size_t fields[kHeapFields] = {
      heap.total_heap_size(), heap.total_heap_size_executable(), heap.total_physical_size(),
      available > room ? available - room : 0, heap.total_global_handles_size(), heap.used_global_handles_size(),
      heap.used_heap_size(), heap.heap_size_limit() - room, heap.malloced_memory(), heap.external_memory(),
      heap.peak_malloced_memory(),
  };
  for (size_t i = 0; i < kHeapFields; i++) moment->heap[i] = static_cast<double>(fields[i]);
  for (size_t i = 0; i < SpacesOf(state->isolate); i++) {
    HeapSpaceStatistics space;
    if (!state->isolate->GetHeapSpaceStatistics(&space, i)) continue;
    double* out = moment->spaces + i * kSpaceFields;
    out[0] = static_cast<double>(space.space_size());
    out[1] = static_cast<double>(space.space_used_size());
    out[2] = static_cast<double>(space.space_available_size());
    out[3] = static_cast<double>(space.physical_space_size());
  }
  moment->at = Now();
}

}  // namespace

// Dies with the guest at the latest; V8 collects nothing after that.
struct Log : Belonging {
  explicit Log(State* owner) : Belonging(&owner->belongings) {}
  size_t count = 0;
  bool is_open = false;
  Collection list[kMost];
};

namespace {

void Begin(Isolate*, GCType type, GCCallbackFlags flags, void* data) {
  State* state = static_cast<State*>(data);
  Log* log = state->collections;
  if (log == nullptr || log->is_open || log->count == kMost) return;
  log->is_open = true;
  Collection& collection = log->list[log->count];
  collection.type = type;
  collection.flags = state->is_forced ? kGCCallbackFlagForced : flags;
  Read(state, &collection.before);
}

void End(Isolate*, GCType type, GCCallbackFlags, void* data) {
  State* state = static_cast<State*>(data);
  Log* log = state->collections;
  if (log == nullptr || !log->is_open || log->list[log->count].type != type) return;
  log->is_open = false;
  Read(state, &log->list[log->count].after);
  log->count++;
}

// (on)
void Watch(const Info& args) {
  State* state = State::Of(args);
  Isolate* isolate = state->isolate;
  bool on = args[0]->IsTrue();
  if (on == (state->collections != nullptr)) return;
  if (on) {
    Log* log = new (std::nothrow) Log(state);
    if (log == nullptr) return ThrowOutOfMemory(isolate);
    state->collections = log;
    isolate->AddGCPrologueCallback(Begin, state);
    isolate->AddGCEpilogueCallback(End, state);
  } else {
    isolate->RemoveGCPrologueCallback(Begin, state);
    isolate->RemoveGCEpilogueCallback(End, state);
    delete state->collections;
    state->collections = nullptr;
  }
  isolate->AdjustAmountOfExternalAllocatedMemory(on ? sizeof(Log) : -static_cast<int64_t>(sizeof(Log)));
}

double* Put(double* out, const Moment& moment, size_t spaces) {
  std::memcpy(out, moment.heap, sizeof moment.heap);
  std::memcpy(out + kHeapFields, moment.spaces, spaces * kSpaceFields * sizeof(double));
  return out + kHeapFields + spaces * kSpaceFields;
}

// (Float64Array): how many were written, of those that have not been taken yet. Of each: its type, its flags, how many
// milliseconds ago it began, how many it took, and what the heap and its spaces were before and after.
void Take(const Info& args) {
  State* state = State::Of(args);
  Log* log = state->collections;
  const size_t spaces = SpacesOf(state->isolate);
  const size_t length = 4 + 2 * (kHeapFields + spaces * kSpaceFields);
  WriteBytes bytes;
  if (!args[0]->IsFloat64Array() || !bytes.Open(args[0])) {
    return ThrowTypeError(state->isolate, "takeCollections takes a Float64Array");
  }
  if (log == nullptr || log->is_open) return args.GetReturnValue().Set(0);
  double* out = reinterpret_cast<double*>(bytes.data);
  size_t room = bytes.size / (length * sizeof(double));
  const double now = Now();
  size_t taken = 0;
  for (; taken < log->count && taken < room; taken++) {
    const Collection& collection = log->list[taken];
    const double parts[] = {static_cast<double>(collection.type), static_cast<double>(collection.flags),
                            now - collection.before.at, collection.after.at - collection.before.at};
    std::memcpy(out, parts, sizeof parts);
    out = Put(Put(out + 4, collection.before, spaces), collection.after, spaces);
  }
  log->count -= taken;
  std::memmove(log->list, log->list + taken, log->count * sizeof(Collection));
  args.GetReturnValue().Set(static_cast<uint32_t>(taken));
}

}  // namespace

void Register(State* state, Local<Object> heap_topic) {
  static constexpr Entry kEntries[] = {{"watchCollections", Watch, 1}, {"takeCollections", Take, 1}};
  Install(state, heap_topic, kEntries);
}

}  // namespace vivarium::collections
