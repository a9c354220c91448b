// What v8.getHeapStatistics() and its kin report, written into Float64Arrays of the guest.
#include "helper.h"

namespace vivarium::heap {

namespace {

constexpr size_t kHeapFields = 14;
constexpr size_t kSpaceFields = 4;
constexpr size_t kCodeFields = 4;

// The doubles of a Float64Array that holds at least `count` of them; null (and a TypeError) otherwise.
double* Doubles(const Info& args, int index, size_t count) {
  WriteBytes bytes;
  if (!args[index]->IsFloat64Array() || !bytes.Open(args[index]) || bytes.size < count * sizeof(double)) {
    ThrowTypeError(args.GetIsolate(), "a Float64Array that is large enough is needed");
    return nullptr;
  }
  return reinterpret_cast<double*>(bytes.data);
}

void Store(double* out, const size_t* fields, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = static_cast<double>(fields[i]);
}

void UpdateHeapStatistics(const Info& args) {
  double* out = Doubles(args, 0, kHeapFields);
  if (out == nullptr) return;
  HeapStatistics heap;
  args.GetIsolate()->GetHeapStatistics(&heap);
  const size_t room = State::Of(args)->heap_room;
  const size_t available = heap.total_available_size();
  const size_t fields[kHeapFields] = {
      heap.total_heap_size(),           heap.total_heap_size_executable(), heap.total_physical_size(),
      available > room ? available - room : 0, heap.used_heap_size(),      heap.heap_size_limit() - room,
      heap.malloced_memory(),           heap.peak_malloced_memory(),       heap.does_zap_garbage(),
      heap.number_of_native_contexts(), heap.number_of_detached_contexts(), heap.total_global_handles_size(),
      heap.used_global_handles_size(),  heap.external_memory(),
  };
  Store(out, fields, kHeapFields);
}

void HeapSpaces(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Array> names = Array::New(isolate);
  for (size_t i = 0; i < isolate->NumberOfHeapSpaces(); i++) {
    HeapSpaceStatistics space;
    if (!isolate->GetHeapSpaceStatistics(&space, i)) return;
    if (names->CreateDataProperty(context, static_cast<uint32_t>(i), Text(isolate, space.space_name())).IsNothing()) {
      return;
    }
  }
  args.GetReturnValue().Set(names);
}

void UpdateHeapSpaceStatistics(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  size_t index;
  if (!IndexArgument(isolate->GetCurrentContext(), args[1], 0, &index)) return;
  HeapSpaceStatistics space;
  if (index >= isolate->NumberOfHeapSpaces() || !isolate->GetHeapSpaceStatistics(&space, index)) {
    return ThrowRangeError(isolate, "there is no heap space of that index");
  }
  double* out = Doubles(args, 0, kSpaceFields);
  if (out == nullptr) return;
  const size_t fields[kSpaceFields] = {space.space_size(), space.space_used_size(), space.space_available_size(),
                                       space.physical_space_size()};
  Store(out, fields, kSpaceFields);
}

void UpdateHeapCodeStatistics(const Info& args) {
  double* out = Doubles(args, 0, kCodeFields);
  if (out == nullptr) return;
  HeapCodeStatistics code;
  args.GetIsolate()->GetHeapCodeAndMetadataStatistics(&code);
  const size_t fields[kCodeFields] = {code.code_and_metadata_size(), code.bytecode_and_metadata_size(),
                                      code.external_script_source_size(), code.cpu_profiler_metadata_size()};
  Store(out, fields, kCodeFields);
}

void Collect(const Info& args) {
  State* state = State::Of(args);
  state->is_forced = true;
  args.GetIsolate()->LowMemoryNotification();
  state->is_forced = false;
}

void NoteCollection(Isolate* isolate, GCType, GCCallbackFlags, void* state) {
  static_cast<State*>(state)->has_collected = true;
}

void TakeCollected(const Info& args) {
  State* state = State::Of(args);
  args.GetReturnValue().Set(state->has_collected);
  state->has_collected = false;
}

void IsStringOneByteRepresentation(const Info& args) {
  if (!args[0]->IsString()) return ThrowTypeError(args.GetIsolate(), "a string is needed");
  args.GetReturnValue().Set(args[0].As<String>()->IsOneByte());
}

// Flags belong to the process, which is not the guest's.
void SetFlagsFromString(const Info& args) {
  ThrowCoded(args.GetIsolate(), 'E', "ERR_ACCESS_DENIED", "V8 flags cannot be changed from within a guest");
}

void CachedDataVersionTag(const Info& args) {
  args.GetReturnValue().Set(Integer::NewFromUnsigned(args.GetIsolate(), ScriptCompiler::CachedDataVersionTag()));
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"updateHeapStatistics", UpdateHeapStatistics, 1},
      {"heapSpaces", HeapSpaces, 0},
      {"updateHeapSpaceStatistics", UpdateHeapSpaceStatistics, 2},
      {"updateHeapCodeStatistics", UpdateHeapCodeStatistics, 1},
      {"collect", Collect, 0},
      {"takeCollected", TakeCollected, 0},
      {"isStringOneByteRepresentation", IsStringOneByteRepresentation, 1},
      {"setFlagsFromString", SetFlagsFromString, 1},
      {"cachedDataVersionTag", CachedDataVersionTag, 0},
  };
  static constexpr Constant kConstants[] = {
      {"kTotalHeapSizeIndex", 0},          {"kTotalHeapSizeExecutableIndex", 1}, {"kTotalPhysicalSizeIndex", 2},
      {"kTotalAvailableSize", 3},          {"kUsedHeapSizeIndex", 4},            {"kHeapSizeLimitIndex", 5},
      {"kMallocedMemoryIndex", 6},         {"kPeakMallocedMemoryIndex", 7},      {"kDoesZapGarbageIndex", 8},
      {"kNumberOfNativeContextsIndex", 9}, {"kNumberOfDetachedContextsIndex", 10}, {"kTotalGlobalHandlesSizeIndex", 11},
      {"kUsedGlobalHandlesSizeIndex", 12}, {"kExternalMemoryIndex", 13},         {"kSpaceSizeIndex", 0},
      {"kSpaceUsedSizeIndex", 1},          {"kSpaceAvailableSizeIndex", 2},      {"kPhysicalSpaceSizeIndex", 3},
      {"kCodeAndMetadataSizeIndex", 0},    {"kBytecodeAndMetadataSizeIndex", 1}, {"kExternalScriptSourceSizeIndex", 2},
      {"kCPUProfilerMetaDataSizeIndex", 3},
  };
  state->isolate->AddGCEpilogueCallback(NoteCollection, state, kGCTypeMarkSweepCompact);
  Local<Object> topic = Topic(state, target, "heap");
  Install(state, topic, kEntries);
  Install(state, topic, kConstants);
  collections::Register(state, topic);
}

}  // namespace vivarium::heap
