// What every topic of the native helper shares: the state of one guest context, registration of
// functions, argument checks and coded errors. Nothing here is process-global: a process may hold
// many isolates, on many threads (thread-guests.h knows all of them, to interrupt them).
#pragma once

#include <v8.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace vivarium {

using namespace v8;  // NOLINT: every file of the helper speaks V8.

using Info = FunctionCallbackInfo<Value>;

// Functions of the guest that V8 calls back into.
enum class Hook : int {
  kImportModuleDynamically,
  kInitializeImportMeta,
  kPrepareStackTrace,
  kPromiseReject,
  kUncaught,
  kContextMade,
  kCount,
};

struct ModuleTable;
class SerdesBuffers;
namespace time_watch {
class Watch;
}
namespace collections {
struct Log;
}

// What dies with a state at the latest: V8 calls no weak callback when an isolate goes.
struct Belonging {
  explicit Belonging(Belonging** list) : next(*list), previous(list) {
    if (next != nullptr) next->previous = &next;
    *list = this;
  }
  virtual ~Belonging() {
    *previous = next;
    if (next != nullptr) next->previous = previous;
  }
  Belonging(const Belonging&) = delete;
  void operator=(const Belonging&) = delete;

 private:
  Belonging* next;
  Belonging** previous;
};

// One per InitForContext call. It dies with its isolate: an external string's resource owns it, and
// V8 disposes those when the heap goes. It holds Persistents, which V8 frees with the isolate: their
// destructors touch nothing.
struct State {
  Isolate* isolate = nullptr;
  Persistent<Context> context;
  Persistent<String> owner;
  Persistent<Function> hooks[static_cast<int>(Hook::kCount)];
  Persistent<FunctionTemplate> module_handle;
  Persistent<FunctionTemplate> script_handle;
  Persistent<FunctionTemplate> context_handle;
  Persistent<FunctionTemplate> serializer_handle;
  Persistent<FunctionTemplate> deserializer_handle;
  Persistent<FunctionTemplate> http_parser_handle;
  Persistent<Private> http_callback_key;
  Persistent<FunctionTemplate> http2_handle;
  // What sessions of HTTP/2 keep, in bytes.
  size_t http2_bytes = 0;
  // What parsers of HTTP keep between two pieces, in bytes, and how many there are.
  size_t http_bytes = 0;
  size_t http_parsers = 0;
  // The module that a facade's requests resolve to, while it is made.
  Persistent<Module> facade_of;
  // ArrayBuffer.prototype.transfer as it was before the guest's programs.
  Persistent<Function> transfer_buffer;
  // What V8 asks for when a module awaits at its top level, as it was before the guest's programs.
  Persistent<Value> promise_constructor;
  Persistent<Value> promise_species;
  Persistent<Name> species_symbol;
  ModuleTable* modules = nullptr;
  SerdesBuffers* serdes = nullptr;
  Belonging* belongings = nullptr;
  // A scope that is never destroyed with the state: the queue that it belongs to goes first. See microtasks.cc.
  alignas(MicrotasksScope) unsigned char microtask_hold[sizeof(MicrotasksScope)];
  bool holds_microtasks = false;
  // The innermost script that may be stopped while the guest goes on: see time-watch.h.
  time_watch::Watch* watch = nullptr;
  // That the guest is to end. Only thread-guests.cc looks at it, under its lock.
  bool is_ended = false;
  // The heap's limit as V8 had it at first; isolated-vm raises it when it has been reached.
  size_t heap_limit = 0;
  // Whether the old generation has been collected since that was last asked.
  bool has_collected = false;
  // Whether the program has asked for the collection that goes on.
  bool is_forced = false;
  // Null while no program watches.
  collections::Log* collections = nullptr;
  // Seals code cache: see code-cache-seal.h.
  uint64_t seal_key[2] = {0, 0};
  // Source text longer than this is not compiled by eval(): isolated-vm's own guard, kept.
  size_t max_eval_length = 0;
  // See heap-room.h.
  size_t heap_room = 0;
  void* heap_room_held = nullptr;
  // Whether it has had a long result: see long-memory.h.
  bool has_long_memory = false;
  // Whether what it frees is kept for what comes next, and when there were last many young buffers.
  bool keeps_freed = false;
  std::chrono::steady_clock::time_point many_buffers_at;

  ~State();

  static State* Of(const Info& args) { return static_cast<State*>(args.Data().As<External>()->Value()); }
  // The state of the guest that owns a context; null for contexts that the helper does not know.
  static State* Of(Local<Context> context);

  Local<Function> hook(Hook which) const { return hooks[static_cast<int>(which)].Get(isolate); }
  bool has_hook(Hook which) const { return !hooks[static_cast<int>(which)].IsEmpty(); }
};

struct Entry {
  const char* name;
  FunctionCallback callback;
  int length;
};

struct Constant {
  const char* name;
  double value;
};

// Makes the null-prototype object of one topic on the target.
Local<Object> Topic(State* state, Local<Object> target, const char* name);
void Install(State* state, Local<Object> topic, const Entry* entries, size_t count);
void Install(State* state, Local<Object> topic, const Constant* constants, size_t count);

template <size_t N>
void Install(State* state, Local<Object> topic, const Entry (&entries)[N]) {
  Install(state, topic, entries, N);
}
template <size_t N>
void Install(State* state, Local<Object> topic, const Constant (&constants)[N]) {
  Install(state, topic, constants, N);
}

// Strings and errors.
Local<String> Text(Isolate* isolate, const char* text);
void ThrowTypeError(Isolate* isolate, const char* message);
void ThrowRangeError(Isolate* isolate, const char* message);
// An Error, TypeError or RangeError ('E', 'T', 'R') that carries `code`.
void ThrowCoded(Isolate* isolate, char kind, const char* code, const char* message);
void ThrowStringTooLong(Isolate* isolate);
void ThrowOutOfMemory(Isolate* isolate);

// The arrow message ("file:1\nsource\n  ^") that Node's own decorateErrorStack reads.
Local<Private> ArrowSymbol(Isolate* isolate);
Local<Private> DecoratedSymbol(Isolate* isolate);
// Puts the arrow message of what was caught on it, if it is an object that has none.
void AttachArrow(Local<Context> context, const TryCatch& caught);
// Puts it at the head of the error's stack too, once. Runs accessors of the guest's, and may leave a termination behind.
void DecorateStack(Local<Context> context, const TryCatch& caught);

// A private symbol as a JavaScript value: a key that no proxy, no enumeration and no guest sees.
MaybeLocal<Value> PrivateAsValue(Local<Context> context, Local<Private> symbol);

// Opaque handles: objects without prototype, recognised by the template that made them.
Local<FunctionTemplate> NewHandleTemplate(Isolate* isolate, int fields);
MaybeLocal<Object> NewHandle(Local<Context> context, const Persistent<FunctionTemplate>& brand);
bool IsHandle(Isolate* isolate, const Persistent<FunctionTemplate>& brand, Local<Value> value, int fields);

// Bytes of a view or buffer for reading. Memory that other threads may change is copied first, so
// that nothing which is measured and then used can change in between.
class ReadBytes {
 public:
  ReadBytes() = default;
  ~ReadBytes() { std::free(copy_); }
  ReadBytes(const ReadBytes&) = delete;
  void operator=(const ReadBytes&) = delete;

  // False when the value is neither a view nor a buffer (nothing thrown). What is opened of it begins and ends at its
  // own end at the latest.
  bool Open(Local<Value> value, size_t start = 0, size_t end = SIZE_MAX);
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  // How many bytes there are, opened or not.
  size_t whole() const { return whole_; }
  // True when a copy was needed and memory was short.
  bool failed() const { return failed_; }

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t whole_ = 0;
  void* copy_ = nullptr;
  bool failed_ = false;
};

// Bytes for writing in place. The pointer is good until JavaScript runs again.
struct WriteBytes {
  uint8_t* data = nullptr;
  size_t size = 0;
  bool Open(Local<Value> value);
};

// An index argument as Node's bindings take them: undefined is the fallback, other values become
// integers; negative values and values beyond what a double holds exactly are refused.
bool IndexArgument(Local<Context> context, Local<Value> value, size_t fallback, size_t* result);

// Host-defined options: the symbol by which Node finds the referrer of an import().
Local<PrimitiveArray> HostOptions(Isolate* isolate, Local<Symbol> symbol);

// Topics, each in its own file.
namespace types { void Register(State* state, Local<Object> target); }
namespace util { void Register(State* state, Local<Object> target); }
namespace extras { void Register(State* state, Local<Object> target); }
namespace microtasks { void Register(State* state, Local<Object> target); }
namespace errors { void Register(State* state, Local<Object> target); }
namespace buffer { void Register(State* state, Local<Object> target); }
namespace encoding { void Register(State* state, Local<Object> target); }
namespace string_decoder { void Register(State* state, Local<Object> target); }
namespace contextify { void Register(State* state, Local<Object> target); }
namespace vm_context { void Register(State* state, Local<Object> contextify_topic); }
namespace module_wrap { void Register(State* state, Local<Object> target); }
namespace serdes { void Register(State* state, Local<Object> target); }
// What serdes asks of the intrinsics, before any program could have changed them.
namespace serdes_message { void KeepTransfer(State* state); }
namespace http_parser { void Register(State* state, Local<Object> target); }
namespace http2 { void Register(State* state, Local<Object> target); }
namespace heap { void Register(State* state, Local<Object> target); }
namespace collections { void Register(State* state, Local<Object> heap_topic); }
namespace control { void Register(State* state, Local<Object> target); }
namespace stack { void Register(State* state, Local<Object> target); }

}  // namespace vivarium
