// The door through which isolated-vm's NativeModule loads the helper into a guest's context.
#include "code-cache-seal.h"
#include "heap-room.h"
#include "helper.h"
#include "long-memory.h"
#include "module-table.h"
#include "serdes-buffers.h"
#include "thread-guests.h"
#include "thread-park.h"

#if defined(_WIN32)
#define VIVARIUM_EXPORT extern "C" __declspec(dllexport)
#else
#define VIVARIUM_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace vivarium {

namespace {

// Slots that neither V8's inspector (0) nor isolated-vm uses.
constexpr int kContextSlot = 40;
constexpr uint32_t kIsolateSlot = 2;

// A read-only string whose only purpose is to be told when its isolate's heap goes.
class StateOwner final : public String::ExternalOneByteStringResource {
 public:
  explicit StateOwner(State* state) : state_(state) {}
  ~StateOwner() override { delete state_; }
  const char* data() const override { return "the vivarium helper's state"; }
  size_t length() const override { return 27; }

 private:
  State* state_;
};

struct LazyTopic {
  const char* name;
  void (*install)(State* state, Local<Object> target);
};

// Topics that keep nothing of a context: made when they are first read, whatever has run in it by then. A guest that boots
// little reads few of them.
constexpr LazyTopic kLazyTopics[] = {
    {"types", types::Register},       {"extras", extras::Register},
    {"buffer", buffer::Register},     {"encoding", encoding::Register},
    {"serdes", serdes::Register},     {"stringDecoder", string_decoder::Register},
    {"httpParser", http_parser::Register},
    {"http2", http2::Register},
};

void MakeTopic(Local<Name> name, const PropertyCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  auto* state = static_cast<State*>(info.Data().As<External>()->Value());
  for (const LazyTopic& topic : kLazyTopics) {
    if (!name->StrictEquals(Text(isolate, topic.name))) continue;
    Local<Object> holder = Object::New(isolate, Null(isolate), nullptr, nullptr, 0);
    Local<Value> made;
    topic.install(state, holder);
    if (holder->Get(state->context.Get(isolate), name).ToLocal(&made)) info.GetReturnValue().Set(made);
    return;
  }
}

}  // namespace

State::~State() {
  while (belongings != nullptr) delete belongings;
  delete modules;
  delete serdes;
  heap_room::Leave(this);
  long_memory::Leave(this);
}

State* State::Of(Local<Context> context) {
  if (!context.IsEmpty() && context->GetNumberOfEmbedderDataFields() > static_cast<uint32_t>(kContextSlot)) {
    Local<Value> held = context->GetEmbedderData(kContextSlot);
    if (held->IsExternal()) return static_cast<State*>(held.As<External>()->Value());
  }
  return static_cast<State*>(Isolate::GetCurrent()->GetData(kIsolateSlot));
}

void AdoptContext(State* state, Local<Context> context) {
  context->SetEmbedderData(kContextSlot, External::New(state->isolate, state));
}

}  // namespace vivarium

VIVARIUM_EXPORT void InitForContext(v8::Isolate* isolate, v8::Local<v8::Context> context,
                                    v8::Local<v8::Object> target) {
  using namespace vivarium;
  HandleScope scope(isolate);
  auto* state = new State();
  state->isolate = isolate;
  Local<String> owner;
  if (!String::NewExternalOneByte(isolate, new StateOwner(state)).ToLocal(&owner)) return;
  state->owner.Reset(isolate, owner);
  state->context.Reset(isolate, context);
  state->modules = new ModuleTable();
  // Without randomness nothing that is sealed could be told from a forgery.
  if (!MakeSealKey(state->seal_key)) return;
  heap_room::Enter(state);
  long_memory::Enter(state);
  HeapStatistics statistics;
  isolate->GetHeapStatistics(&statistics);
  const size_t heap_limit = statistics.heap_size_limit() - state->heap_room;
  state->max_eval_length = heap_limit / 8;
  state->serdes = new SerdesBuffers(heap_limit);
  AdoptContext(state, context);
  isolate->SetData(kIsolateSlot, state);
  thread_guests::Enter(state);
  thread_park::Enter(state);

  Local<External> data = External::New(isolate, state);
  for (const LazyTopic& topic : kLazyTopics) {
    target->SetLazyDataProperty(context, Text(isolate, topic.name), MakeTopic, data).Check();
  }
  util::Register(state, target);
  microtasks::Register(state, target);
  errors::Register(state, target);
  contextify::Register(state, target);
  module_wrap::Register(state, target);
  serdes_message::KeepTransfer(state);
  heap::Register(state, target);
  control::Register(state, target);
  stack::Register(state, target);
}
