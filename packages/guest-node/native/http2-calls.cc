// Sessions of HTTP/2 as functions over handles.
#include "http2-session.h"

namespace vivarium::http2 {

namespace {

constexpr int kFields = 1;
// What is written at a time, about: an answer of `send`.
constexpr size_t kMostOutput = 256 << 10;
constexpr size_t kMostEntries = 64;
constexpr size_t kMostPairs = 65536;

Session* SessionOf(const Info& args) {
  State* state = State::Of(args);
  if (IsHandle(state->isolate, state->http2_handle, args[0], kFields)) {
    void* held = args[0].As<Object>()->GetAlignedPointerFromInternalField(0);
    if (held != nullptr) return static_cast<Session*>(held);
  }
  ThrowTypeError(args.GetIsolate(), "a handle of a session is needed");
  return nullptr;
}

double NumberOf(const Info& args, int index) { return args[index]->IsNumber() ? args[index].As<Number>()->Value() : 0; }
int32_t IntOf(const Info& args, int index) { return args[index]->IsInt32() ? args[index].As<Int32>()->Value() : 0; }
uint32_t UintOf(const Info& args, int index) { return args[index]->IsUint32() ? args[index].As<Uint32>()->Value() : 0; }

// A string as bytes, each character one. Empty and failed when it is no string, or memory is short.
struct Latin {
  uint8_t* bytes = nullptr;
  size_t size = 0;
  ~Latin() { std::free(bytes); }
  bool Open(Isolate* isolate, Local<Value> value) {
    if (!value->IsString()) return false;
    Local<String> text = value.As<String>();
    size = static_cast<size_t>(text->Length());
    bytes = static_cast<uint8_t*>(std::malloc(size + 1));
    if (bytes == nullptr) return false;
    text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(size), bytes);
    return true;
  }
};

// Headers as Node's library writes them: name, NUL, value, NUL and a byte of flags, one after the other.
struct Pairs {
  Latin text;
  nghttp2::NameValue* list = nullptr;
  size_t count = 0;
  ~Pairs() { std::free(list); }
  bool Open(const Info& args, int index) {
    uint32_t stated = UintOf(args, index + 1);
    if (stated > kMostPairs || !text.Open(args.GetIsolate(), args[index])) return false;
    list = static_cast<nghttp2::NameValue*>(std::calloc(stated + 1, sizeof(nghttp2::NameValue)));
    if (list == nullptr) return false;
    uint8_t* at = text.bytes;
    uint8_t* end = text.bytes + text.size;
    for (; count < stated; count++) {
      auto* name_end = static_cast<uint8_t*>(std::memchr(at, 0, static_cast<size_t>(end - at)));
      if (name_end == nullptr) return false;
      auto* value = name_end + 1;
      auto* value_end = static_cast<uint8_t*>(std::memchr(value, 0, static_cast<size_t>(end - value)));
      if (value_end == nullptr || value_end + 1 >= end) return false;
      // Other flags would have nghttp2 keep pointers into what is freed when this returns.
      auto flags = static_cast<uint8_t>(value_end[1] & nghttp2::kHeaderNoIndex);
      list[count] = {at, value, static_cast<size_t>(name_end - at), static_cast<size_t>(value_end - value), flags};
      at = value_end + 2;
    }
    return true;
  }
};

void Refuse(const Info& args) { args.GetReturnValue().Set(nghttp2::kErrorInvalidArgument); }

void IsAvailable(const Info& args) { args.GetReturnValue().Set(nghttp2::IsUsable()); }

void Create(const Info& args) {
  State* state = State::Of(args);
  Isolate* isolate = state->isolate;
  if (!nghttp2::IsUsable()) return ThrowTypeError(isolate, "this Node has no nghttp2 that is known here");
  uint32_t options[kOptionCount] = {};
  {
    ReadBytes bytes;
    if (!bytes.Open(args[1]) || bytes.size() != sizeof(options)) return ThrowTypeError(isolate, "options are needed");
    std::memcpy(options, bytes.data(), sizeof(options));
  }
  Local<Object> handle;
  if (!NewHandle(isolate->GetCurrentContext(), state->http2_handle).ToLocal(&handle)) return;
  handle->SetAlignedPointerInInternalField(0, nullptr);
  auto* session = new (std::nothrow) Session(state);
  if (session == nullptr) return ThrowOutOfMemory(isolate);
  if (session->Open(args[0]->IsTrue(), options) != 0) {
    delete session;
    return ThrowRangeError(isolate, "too much is kept for sessions");
  }
  args.GetReturnValue().Set(session->Bind(handle));
}

void SetBounds(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  session->max_invalid_frames = UintOf(args, 1);
  session->max_rejected_streams = UintOf(args, 2);
}

// The list to which the events of one entry into nghttp2 are told, after two places for what it came to.
void Listen(Session* session) {
  session->events = Array::New(session->state->isolate, 2);
  session->event_count = 2;
  session->has_failed_to_tell = false;
}

void Answer(const Info& args, Session* session, Local<Value> result, Local<Value> beside) {
  Local<Context> context = args.GetIsolate()->GetCurrentContext();
  Local<Array> events = session->events;
  session->events.Clear();
  if (session->has_failed_to_tell) {
    session->is_broken = true;
    return;
  }
  if (events->CreateDataProperty(context, 0, result).IsNothing() || events->CreateDataProperty(context, 1, beside).IsNothing()) return;
  args.GetReturnValue().Set(events);
}

void Receive(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Isolate* isolate = args.GetIsolate();
  double offset = NumberOf(args, 2);
  ReadBytes bytes;
  if (!(offset >= 0) || !bytes.Open(args[1], static_cast<size_t>(offset))) return ThrowTypeError(isolate, "bytes are needed");
  if (bytes.failed()) return ThrowOutOfMemory(isolate);
  HandleScope scope(isolate);
  Listen(session);
  ptrdiff_t result = nghttp2::kErrorCallback;
  session->custom_error = nullptr;
  if (!session->is_broken) {
    size_t extent = session->Extent(bytes.data(), bytes.size());
    result = nghttp2::nghttp2_session_mem_recv(session->raw, bytes.data(), extent);
    if (result < 0) session->is_broken = true;
    // It takes all of it, unless it has been told to take no more: the rest is of no interest then.
    else result = static_cast<ptrdiff_t>(extent);
  }
  Local<Value> custom = Undefined(isolate);
  if (session->custom_error != nullptr) custom = Text(isolate, session->custom_error);
  Answer(args, session, Number::New(isolate, static_cast<double>(result)), custom);
}

void Send(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Isolate* isolate = args.GetIsolate();
  HandleScope scope(isolate);
  Listen(session);
  uint8_t* output = nullptr;
  size_t size = 0;
  size_t room = 0;
  ptrdiff_t result = 0;
  while (size < kMostOutput) {
    const uint8_t* data = nullptr;
    result = nghttp2::nghttp2_session_mem_send(session->raw, &data);
    if (result <= 0) break;
    auto length = static_cast<size_t>(result);
    result = 0;
    if (size + length > room) {
      room = (size + length) * 2;
      auto* moved = static_cast<uint8_t*>(std::realloc(output, room));
      if (moved == nullptr) {
        result = nghttp2::kErrorNoMemory;
        break;
      }
      output = moved;
    }
    std::memcpy(output + size, data, length);
    size += length;
  }
  Local<Value> bytes = Undefined(isolate);
  if (size > 0) {
    Local<ArrayBuffer> buffer;
    if (!ArrayBuffer::MaybeNew(isolate, size).ToLocal(&buffer)) {
      std::free(output);
      ThrowOutOfMemory(isolate);
      session->has_failed_to_tell = true;
      return Answer(args, session, bytes, bytes);
    }
    std::memcpy(buffer->Data(), output, size);
    bytes = Uint8Array::New(buffer, 0, size);
  }
  std::free(output);
  Answer(args, session, Number::New(isolate, static_cast<double>(result)), bytes);
}

// (session, text, count, isBare, hasTrailers)
void SubmitRequest(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Pairs pairs;
  if (!pairs.Open(args, 1)) return Refuse(args);
  bool is_bare = args[3]->IsTrue();
  nghttp2::DataProvider provider = Session::Provider();
  int32_t id = nghttp2::nghttp2_submit_request(session->raw, nullptr, pairs.list, pairs.count, is_bare ? nullptr : &provider, nullptr);
  if (id > 0) {
    Outlet* outlet = session->Add(id);
    if (outlet == nullptr) id = nghttp2::kErrorNoMemory;
    else {
      outlet->is_ended = outlet->is_bare = is_bare;
      outlet->has_trailers = args[4]->IsTrue();
    }
  }
  args.GetReturnValue().Set(id);
}

// (session, id, text, count, isBare, hasTrailers)
void SubmitResponse(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  int32_t id = IntOf(args, 1);
  Pairs pairs;
  Outlet* outlet = session->Find(id);
  if (outlet == nullptr || !pairs.Open(args, 2)) return Refuse(args);
  bool is_bare = args[4]->IsTrue();
  outlet->has_trailers = args[5]->IsTrue();
  if (is_bare) outlet->is_ended = true;
  nghttp2::DataProvider provider = Session::Provider();
  args.GetReturnValue().Set(
      nghttp2::nghttp2_submit_response(session->raw, id, pairs.list, pairs.count, is_bare ? nullptr : &provider));
}

void SubmitInfo(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Pairs pairs;
  if (!pairs.Open(args, 2)) return Refuse(args);
  args.GetReturnValue().Set(
      nghttp2::nghttp2_submit_headers(session->raw, 0, IntOf(args, 1), nullptr, pairs.list, pairs.count, nullptr));
}

void SubmitTrailers(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  int32_t id = IntOf(args, 1);
  Pairs pairs;
  if (!pairs.Open(args, 2)) return Refuse(args);
  nghttp2::DataProvider provider = Session::Provider();
  // Without any, an empty frame of data says that it is over.
  args.GetReturnValue().Set(pairs.count == 0
                                ? nghttp2::nghttp2_submit_data(session->raw, nghttp2::kFlagEndStream, id, &provider)
                                : nghttp2::nghttp2_submit_trailer(session->raw, id, pairs.list, pairs.count));
}

void SubmitPushPromise(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Pairs pairs;
  if (!pairs.Open(args, 2)) return Refuse(args);
  int32_t id = nghttp2::nghttp2_submit_push_promise(session->raw, 0, IntOf(args, 1), pairs.list, pairs.count, nullptr);
  if (id > 0 && session->Add(id) == nullptr) id = nghttp2::kErrorNoMemory;
  args.GetReturnValue().Set(id);
}

void SubmitReset(const Info& args) {
  if (Session* session = SessionOf(args)) {
    args.GetReturnValue().Set(nghttp2::nghttp2_submit_rst_stream(session->raw, 0, IntOf(args, 1), UintOf(args, 2)));
  }
}

size_t EntriesOf(const Info& args, int index, nghttp2::SettingsEntry* entries) {
  ReadBytes bytes;
  if (!bytes.Open(args[index])) return 0;
  size_t count = bytes.size() / 8;
  if (count > kMostEntries) count = kMostEntries;
  for (size_t i = 0; i < count; i++) {
    uint32_t pair[2];
    std::memcpy(pair, bytes.data() + i * 8, 8);
    entries[i] = {static_cast<int32_t>(pair[0] & 0xffff), pair[1]};
  }
  return count;
}

void SubmitSettings(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  nghttp2::SettingsEntry entries[kMostEntries];
  size_t count = EntriesOf(args, 1, entries);
  args.GetReturnValue().Set(nghttp2::nghttp2_submit_settings(session->raw, 0, entries, count));
}

void PackSettings(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  if (!nghttp2::IsUsable()) return ThrowTypeError(isolate, "this Node has no nghttp2 that is known here");
  nghttp2::SettingsEntry entries[kMostEntries];
  size_t count = EntriesOf(args, 0, entries);
  uint8_t packed[kMostEntries * 6];
  ptrdiff_t size = nghttp2::nghttp2_pack_settings_payload(packed, sizeof(packed), entries, count);
  if (size < 0) return;
  Local<ArrayBuffer> buffer;
  if (!ArrayBuffer::MaybeNew(isolate, static_cast<size_t>(size)).ToLocal(&buffer)) return ThrowOutOfMemory(isolate);
  if (size > 0) std::memcpy(buffer->Data(), packed, static_cast<size_t>(size));
  args.GetReturnValue().Set(Uint8Array::New(buffer, 0, static_cast<size_t>(size)));
}

void SubmitPing(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  ReadBytes bytes;
  if (!bytes.Open(args[1]) || bytes.size() != 8) return Refuse(args);
  args.GetReturnValue().Set(nghttp2::nghttp2_submit_ping(session->raw, 0, bytes.data()));
}

void SubmitGoaway(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  int32_t last = IntOf(args, 2);
  if (last <= 0) last = nghttp2::nghttp2_session_get_last_proc_stream_id(session->raw);
  ReadBytes bytes;
  bool has_data = bytes.Open(args[3]);
  int error = nghttp2::nghttp2_submit_goaway(session->raw, 0, last, UintOf(args, 1), has_data ? bytes.data() : nullptr,
                                             has_data ? bytes.size() : 0);
  if (error == 0) session->own_goaways++;
  args.GetReturnValue().Set(error);
}

void SubmitAltsvc(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Latin origin;
  Latin field;
  if (!origin.Open(args.GetIsolate(), args[2]) || !field.Open(args.GetIsolate(), args[3])) return Refuse(args);
  args.GetReturnValue().Set(nghttp2::nghttp2_submit_altsvc(session->raw, 0, IntOf(args, 1), origin.bytes, origin.size,
                                                           field.bytes, field.size));
}

// (session, text, count): origins, each followed by NUL.
void SubmitOrigin(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Latin text;
  uint32_t stated = UintOf(args, 2);
  if (stated > kMostPairs || !text.Open(args.GetIsolate(), args[1])) return Refuse(args);
  auto* list = static_cast<nghttp2::OriginEntry*>(std::calloc(stated + 1, sizeof(nghttp2::OriginEntry)));
  if (list == nullptr) return ThrowOutOfMemory(args.GetIsolate());
  size_t count = 0;
  uint8_t* at = text.bytes;
  uint8_t* end = text.bytes + text.size;
  for (; count < stated; count++) {
    auto* stop = static_cast<uint8_t*>(std::memchr(at, 0, static_cast<size_t>(end - at)));
    if (stop == nullptr) break;
    list[count] = {at, static_cast<size_t>(stop - at)};
    at = stop + 1;
  }
  args.GetReturnValue().Set(nghttp2::nghttp2_submit_origin(session->raw, 0, list, count));
  std::free(list);
}

void Write(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Outlet* outlet = session->Find(IntOf(args, 1));
  ReadBytes bytes;
  if (outlet == nullptr || outlet->is_ended || !bytes.Open(args[2]) || bytes.failed()) return args.GetReturnValue().Set(false);
  if (!session->Queue(outlet, bytes.data(), bytes.size())) return args.GetReturnValue().Set(false);
  nghttp2::nghttp2_session_resume_data(session->raw, outlet->id);
  args.GetReturnValue().Set(true);
}

void End(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Outlet* outlet = session->Find(IntOf(args, 1));
  if (outlet == nullptr) return;
  outlet->is_ended = true;
  nghttp2::nghttp2_session_resume_data(session->raw, outlet->id);
}

void Queued(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  Outlet* outlet = session->Find(IntOf(args, 1));
  args.GetReturnValue().Set(outlet == nullptr ? 0.0 : static_cast<double>(outlet->queued));
}

void Consume(const Info& args) {
  Session* session = SessionOf(args);
  double count = NumberOf(args, 2);
  if (session == nullptr || !(count > 0) || count > 4294967295.0) return;
  nghttp2::nghttp2_session_consume_stream(session->raw, IntOf(args, 1), static_cast<size_t>(count));
}

void ForgetStream(const Info& args) {
  if (Session* session = SessionOf(args)) session->Forget(IntOf(args, 1));
}

void Terminate(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  session->own_goaways++;
  nghttp2::nghttp2_session_terminate_session(session->raw, UintOf(args, 1));
}

// Whether it wants to write (1), to read (2), and whether it has given the session up by itself (4).
void Wants(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  int wants = (nghttp2::nghttp2_session_want_write(session->raw) != 0 ? 1 : 0) | (nghttp2::nghttp2_session_want_read(session->raw) != 0 ? 2 : 0) |
              (session->is_given_up ? 4 : 0);
  args.GetReturnValue().Set(wants);
}

void SetNextStreamId(const Info& args) {
  if (Session* session = SessionOf(args)) {
    args.GetReturnValue().Set(nghttp2::nghttp2_session_set_next_stream_id(session->raw, IntOf(args, 1)) == 0);
  }
}

void SetLocalWindowSize(const Info& args) {
  if (Session* session = SessionOf(args)) {
    args.GetReturnValue().Set(nghttp2::nghttp2_session_set_local_window_size(session->raw, 0, 0, IntOf(args, 1)));
  }
}

// (session, isRemote, id)
void Setting(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  int32_t id = IntOf(args, 2);
  if (id < 1 || id > 8 || id == 7) return Refuse(args);
  args.GetReturnValue().Set(args[1]->IsTrue() ? nghttp2::nghttp2_session_get_remote_settings(session->raw, id)
                                              : nghttp2::nghttp2_session_get_local_settings(session->raw, id));
}

// (session, Float64Array of 9)
void RefreshSession(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  nghttp2::Session* raw = session->raw;
  double values[9] = {
      static_cast<double>(nghttp2::nghttp2_session_get_effective_local_window_size(raw)),
      static_cast<double>(nghttp2::nghttp2_session_get_effective_recv_data_length(raw)),
      static_cast<double>(nghttp2::nghttp2_session_get_next_stream_id(raw)),
      static_cast<double>(nghttp2::nghttp2_session_get_local_window_size(raw)),
      static_cast<double>(nghttp2::nghttp2_session_get_last_proc_stream_id(raw)),
      static_cast<double>(nghttp2::nghttp2_session_get_remote_window_size(raw)),
      static_cast<double>(nghttp2::nghttp2_session_get_outbound_queue_size(raw)),
      static_cast<double>(nghttp2::nghttp2_session_get_hd_deflate_dynamic_table_size(raw)),
      static_cast<double>(nghttp2::nghttp2_session_get_hd_inflate_dynamic_table_size(raw)),
  };
  WriteBytes target;
  if (target.Open(args[1]) && target.size == sizeof(values)) std::memcpy(target.data, values, sizeof(values));
}

// (session, id, Float64Array of 6)
void RefreshStream(const Info& args) {
  Session* session = SessionOf(args);
  if (session == nullptr) return;
  int32_t id = IntOf(args, 1);
  double values[6] = {0, 0, 0, 0, 0, 0};
  if (nghttp2::Stream* stream = nghttp2::nghttp2_session_find_stream(session->raw, id)) {
    values[0] = nghttp2::nghttp2_stream_get_state(stream);
    values[1] = nghttp2::nghttp2_stream_get_weight(stream);
    values[2] = nghttp2::nghttp2_stream_get_sum_dependency_weight(stream);
    values[3] = nghttp2::nghttp2_session_get_stream_local_close(session->raw, id);
    values[4] = nghttp2::nghttp2_session_get_stream_remote_close(session->raw, id);
    values[5] = nghttp2::nghttp2_session_get_stream_local_window_size(session->raw, id);
  }
  WriteBytes target;
  if (target.Open(args[2]) && target.size == sizeof(values)) std::memcpy(target.data, values, sizeof(values));
}

void ErrorText(const Info& args) {
  if (!nghttp2::IsUsable()) return;
  const char* text = nghttp2::nghttp2_strerror(IntOf(args, 0));
  if (text != nullptr) args.GetReturnValue().Set(Text(args.GetIsolate(), text));
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"isAvailable", IsAvailable, 0},
      {"create", Create, 2},
      {"setBounds", SetBounds, 3},
      {"receive", Receive, 3},
      {"send", Send, 1},
      {"submitRequest", SubmitRequest, 5},
      {"submitResponse", SubmitResponse, 6},
      {"submitInfo", SubmitInfo, 4},
      {"submitTrailers", SubmitTrailers, 4},
      {"submitPushPromise", SubmitPushPromise, 4},
      {"submitReset", SubmitReset, 3},
      {"submitSettings", SubmitSettings, 2},
      {"packSettings", PackSettings, 1},
      {"submitPing", SubmitPing, 2},
      {"submitGoaway", SubmitGoaway, 4},
      {"submitAltsvc", SubmitAltsvc, 4},
      {"submitOrigin", SubmitOrigin, 3},
      {"write", Write, 3},
      {"end", End, 2},
      {"queued", Queued, 2},
      {"consume", Consume, 3},
      {"forget", ForgetStream, 2},
      {"terminate", Terminate, 2},
      {"wants", Wants, 1},
      {"setNextStreamId", SetNextStreamId, 2},
      {"setLocalWindowSize", SetLocalWindowSize, 2},
      {"setting", Setting, 3},
      {"refreshSession", RefreshSession, 2},
      {"refreshStream", RefreshStream, 3},
      {"errorText", ErrorText, 1},
  };
  Isolate* isolate = state->isolate;
  state->http2_handle.Reset(isolate, NewHandleTemplate(isolate, kFields));
  Install(state, Topic(state, target, "http2"), kEntries);
}

}  // namespace vivarium::http2
