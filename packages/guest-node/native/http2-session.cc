#include "http2-session.h"

namespace vivarium::http2 {

using namespace nghttp2;

namespace {

constexpr size_t kMagic = 24;
// Before what is allocated for nghttp2 stands its size.
constexpr size_t kPrefix = 16;
constexpr size_t kStreamCost = 1024;
// An outlet, and a part of what JavaScript keeps for a stream beside it.
constexpr size_t kOutletCost = 512;
static_assert(kOutletCost >= sizeof(vivarium::http2::Outlet));
constexpr int kStreamsSetting = 3;
constexpr int kHeaderListSetting = 6;
constexpr size_t kPairCost = 32;

void* Allocate(size_t size, void* user) {
  auto* session = static_cast<vivarium::http2::Session*>(user);
  if (size > kMostKept || !session->Account(size + kPrefix)) return nullptr;
  auto* block = static_cast<uint8_t*>(std::malloc(size + kPrefix));
  if (block == nullptr) return session->Release(size + kPrefix), nullptr;
  std::memcpy(block, &size, sizeof(size));
  return block + kPrefix;
}

void Free(void* pointer, void* user) {
  if (pointer == nullptr) return;
  uint8_t* block = static_cast<uint8_t*>(pointer) - kPrefix;
  size_t size;
  std::memcpy(&size, block, sizeof(size));
  static_cast<vivarium::http2::Session*>(user)->Release(size + kPrefix);
  std::free(block);
}

void* AllocateZeroed(size_t count, size_t size, void* user) {
  if (size != 0 && count > kMostKept / size) return nullptr;
  void* made = Allocate(count * size, user);
  if (made != nullptr) std::memset(made, 0, count * size);
  return made;
}

void* Reallocate(void* pointer, size_t size, void* user) {
  if (pointer == nullptr) return Allocate(size, user);
  if (size == 0) return Free(pointer, user), nullptr;
  size_t before;
  std::memcpy(&before, static_cast<uint8_t*>(pointer) - kPrefix, sizeof(before));
  void* made = Allocate(size, user);
  if (made == nullptr) return nullptr;
  std::memcpy(made, pointer, before < size ? before : size);
  Free(pointer, user);
  return made;
}

vivarium::http2::Session* Of(void* user) { return static_cast<vivarium::http2::Session*>(user); }

int32_t IdOf(const Frame* frame) {
  return frame->head.type == nghttp2::kPushPromise ? frame->push_promise.promised_id : frame->head.stream_id;
}

int OnStreamClosed(nghttp2::Session*, int32_t id, uint32_t code, void* user) {
  auto* session = Of(user);
  if (session->Find(id) == nullptr) return 0;
  session->Tell(kClose);
  session->Tell(id);
  session->Tell(code);
  return session->has_failed_to_tell ? kErrorCallback : 0;
}

int OnDataPiece(nghttp2::Session* raw, uint8_t, int32_t id, const uint8_t* bytes, size_t length, void* user) {
  auto* session = Of(user);
  if (length == 0) return 0;
  // The window of the connection is opened at once, that of the stream as its reader reads.
  nghttp2_session_consume_connection(raw, length);
  if (session->Find(id) == nullptr) {
    nghttp2_session_consume_stream(raw, id, length);
    return 0;
  }
  session->Tell(vivarium::http2::kData);
  session->Tell(id);
  session->TellBytes(bytes, length);
  return session->has_failed_to_tell ? kErrorCallback : 0;
}

Callbacks* MakeCallbacks(bool pads) {
  Callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) return nullptr;
  nghttp2_session_callbacks_set_on_begin_headers_callback(
      callbacks, [](nghttp2::Session*, const Frame* frame, void* user) { return Of(user)->OnBeginHeaders(frame); });
  nghttp2_session_callbacks_set_on_header_callback2(
      callbacks, [](nghttp2::Session*, const Frame* frame, RcBuf* name, RcBuf* value, uint8_t flags, void* user) {
        return Of(user)->OnHeader(frame, name, value, flags);
      });
  // What is no header is left out, as Node does.
  nghttp2_session_callbacks_set_on_invalid_header_callback2(
      callbacks, [](nghttp2::Session*, const Frame*, RcBuf*, RcBuf*, uint8_t, void*) { return 0; });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks, [](nghttp2::Session*, const Frame* frame, void* user) { return Of(user)->OnFrame(frame); });
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnStreamClosed);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnDataPiece);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(
      callbacks,
      [](nghttp2::Session*, const Frame* frame, int error, void* user) { return Of(user)->OnFrameNotSent(frame, error); });
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(
      callbacks, [](nghttp2::Session*, const Frame*, int error, void* user) { return Of(user)->OnInvalidFrame(error); });
  nghttp2_session_callbacks_set_on_frame_send_callback(
      callbacks, [](nghttp2::Session*, const Frame* frame, void* user) { return Of(user)->OnFrameSent(frame); });
  nghttp2_session_callbacks_set_error_callback2(callbacks, [](nghttp2::Session*, int error, const char*, size_t, void* user) {
    return error == kErrorSettingsExpected ? Of(user)->OnInvalidFrame(kErrorProtocol) : 0;
  });
  if (pads) {
    nghttp2_session_callbacks_set_select_padding_callback(
        callbacks, [](nghttp2::Session*, const Frame* frame, size_t most, void* user) {
          return Of(user)->Padding(frame->head.length, most);
        });
  }
  return callbacks;
}

}  // namespace

Session::~Session() {
  if (raw != nullptr) nghttp2_session_del(raw);
  for (Outlet*& bucket : outlets) {
    while (bucket != nullptr) Forget(bucket->id);
  }
  Release(kept);
}

bool Session::Account(size_t more) {
  if (state->http2_bytes + more > kMostKept) {
    state->isolate->LowMemoryNotification();
    if (state->http2_bytes + more > kMostKept) return false;
  }
  state->http2_bytes += more;
  kept += more;
  return true;
}

void Session::Release(size_t less) {
  state->http2_bytes -= less;
  kept -= less;
}

void Session::Configure(Option* option, const uint32_t* options) {
  auto has = [&](int index) { return (options[kOptionFlags] >> index & 1) != 0; };
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_option_set_no_auto_window_update(option, 1);
  if (!is_server) {
    nghttp2_option_set_builtin_recv_extension_type(option, nghttp2::kAltsvc);
    nghttp2_option_set_builtin_recv_extension_type(option, nghttp2::kOrigin);
  }
  if (has(kMaxDeflateTable)) {
    uint32_t wanted = options[kMaxDeflateTable];
    nghttp2_option_set_max_deflate_dynamic_table_size(option, wanted < kMostDeflateTable ? wanted : kMostDeflateTable);
  }
  if (has(kMaxReservedStreams)) nghttp2_option_set_max_reserved_remote_streams(option, options[kMaxReservedStreams]);
  if (has(kMaxSendHeaderBlock)) nghttp2_option_set_max_send_header_block_length(option, options[kMaxSendHeaderBlock]);
  nghttp2_option_set_peer_max_concurrent_streams(option, has(kPeerMaxStreams) ? options[kPeerMaxStreams] : 100);
  if (has(kMaxSettingsEntries)) nghttp2_option_set_max_settings(option, options[kMaxSettingsEntries]);
  if (has(kStreamResetRate) && has(kStreamResetBurst)) {
    nghttp2_option_set_stream_reset_rate_limit(option, options[kStreamResetBurst], options[kStreamResetRate]);
  }
  if (has(kLaxWhitespace)) nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(option, options[kLaxWhitespace] != 0);
  if (has(kPaddingStrategy)) padding = options[kPaddingStrategy];
  max_header_pairs = has(kMaxHeaderPairs) ? options[kMaxHeaderPairs] : 128;
  uint32_t least = is_server ? 4 : 1;
  if (max_header_pairs < least) max_header_pairs = least;
  if (has(kMaxSessionMemory)) max_kept = size_t{options[kMaxSessionMemory]} * 1'000'000;
}

int Session::Open(bool server, const uint32_t* options) {
  is_server = server;
  magic_left = server ? kMagic : 0;
  if (!Account(sizeof(vivarium::http2::Session))) return kErrorNoMemory;
  Option* option = nullptr;
  if (nghttp2_option_new(&option) != 0) return kErrorNoMemory;
  Configure(option, options);
  int error = kErrorNoMemory;
  if (Callbacks* callbacks = MakeCallbacks(padding != 0)) {
    Memory memory{this, Allocate, Free, AllocateZeroed, Reallocate};
    error = server ? nghttp2_session_server_new3(&raw, callbacks, this, option, &memory)
                   : nghttp2_session_client_new3(&raw, callbacks, this, option, &memory);
    nghttp2_session_callbacks_del(callbacks);
  }
  nghttp2_option_del(option);
  return error;
}

Outlet* Session::Find(int32_t id) {
  if (latest != nullptr && latest->id == id) return latest;
  for (Outlet* each = outlets[(static_cast<uint32_t>(id) >> 1) % kBuckets]; each != nullptr; each = each->next) {
    if (each->id == id) return latest = each;
  }
  return nullptr;
}

Outlet* Session::Add(int32_t id) {
  if (Outlet* known = Find(id)) return known;
  if (!Account(kOutletCost)) return nullptr;
  auto* outlet = static_cast<Outlet*>(std::calloc(1, sizeof(Outlet)));
  if (outlet == nullptr) return Release(kOutletCost), nullptr;
  Outlet*& bucket = outlets[(static_cast<uint32_t>(id) >> 1) % kBuckets];
  outlet->id = id;
  outlet->last = &outlet->first;
  outlet->max_header_bytes = nghttp2_session_get_local_settings(raw, kHeaderListSetting);
  outlet->next = bucket;
  bucket = outlet;
  outlet_count++;
  return outlet;
}

void Session::Forget(int32_t id) {
  for (Outlet** at = &outlets[(static_cast<uint32_t>(id) >> 1) % kBuckets]; *at != nullptr; at = &(*at)->next) {
    Outlet* outlet = *at;
    if (outlet->id != id) continue;
    *at = outlet->next;
    if (latest == outlet) latest = nullptr;
    while (Piece* piece = outlet->first) {
      outlet->first = piece->next;
      Release(sizeof(Piece) + piece->size);
      std::free(piece);
    }
    Release(kOutletCost);
    std::free(outlet);
    outlet_count--;
    return;
  }
}

bool Session::Queue(Outlet* outlet, const uint8_t* bytes, size_t length) {
  if (length == 0) return true;
  if (length > kMostKept || !Account(sizeof(Piece) + length)) return false;
  auto* piece = static_cast<Piece*>(std::malloc(sizeof(Piece) + length));
  if (piece == nullptr) return Release(sizeof(Piece) + length), false;
  piece->next = nullptr;
  piece->size = length;
  piece->taken = 0;
  std::memcpy(piece->bytes(), bytes, length);
  *outlet->last = piece;
  outlet->last = &piece->next;
  outlet->queued += length;
  return true;
}

size_t Session::Extent(const uint8_t* bytes, size_t length) {
  size_t taken = 0;
  while (taken < length) {
    size_t left = length - taken;
    if (magic_left > 0) {
      size_t count = left < magic_left ? left : magic_left;
      magic_left -= count;
      taken += count;
    } else if (head_length < sizeof(head)) {
      head[head_length++] = bytes[taken++];
      if (head_length < sizeof(head)) continue;
      frame_left = size_t{head[0]} << 16 | size_t{head[1]} << 8 | head[2];
      if (frame_left == 0) return head_length = 0, taken;
    } else {
      size_t count = left < frame_left ? left : frame_left;
      frame_left -= count;
      taken += count;
      if (frame_left == 0) return head_length = 0, taken;
    }
  }
  return taken;
}

void Session::Tell(Local<Value> value) {
  if (!events->CreateDataProperty(state->isolate->GetCurrentContext(), event_count++, value).FromMaybe(false)) {
    has_failed_to_tell = true;
  }
}

void Session::Tell(const uint8_t* text, size_t length) {
  Local<String> made;
  if (length == 0) return Tell(String::Empty(state->isolate).As<Value>());
  if (length > INT32_MAX || !String::NewFromOneByte(state->isolate, text, NewStringType::kNormal, static_cast<int>(length)).ToLocal(&made)) {
    has_failed_to_tell = true;
    return;
  }
  Tell(made.As<Value>());
}

void Session::TellBytes(const uint8_t* bytes, size_t length) {
  Local<ArrayBuffer> buffer;
  if (!ArrayBuffer::MaybeNew(state->isolate, length).ToLocal(&buffer)) {
    ThrowOutOfMemory(state->isolate);
    has_failed_to_tell = true;
    return;
  }
  if (length > 0) std::memcpy(buffer->Data(), bytes, length);
  Tell(Uint8Array::New(buffer, 0, length).As<Value>());
}

int Session::OnBeginHeaders(const Frame* frame) {
  int32_t id = IdOf(frame);
  int category = frame->head.type == nghttp2::kPushPromise ? 0 : frame->headers.category;
  Outlet* outlet = Find(id);
  bool is_new = outlet == nullptr;
  if (is_new) {
    uint32_t most = nghttp2_session_get_local_settings(raw, kStreamsSetting);
    if (outlet_count >= most || kept + kStreamCost > max_kept || (outlet = Add(id)) == nullptr) {
      if (rejected_streams++ > max_rejected_streams) {
        custom_error = "ERR_HTTP2_TOO_MANY_INVALID_FRAMES";
        return kErrorCallback;
      }
      nghttp2_submit_rst_stream(raw, 0, id, kEnhanceYourCalm);
      return kErrorTemporal;
    }
    rejected_streams = 0;
  }
  outlet->header_pairs = 0;
  outlet->header_bytes = 0;
  Tell(kBeginHeaders);
  Tell(id);
  Tell(category);
  Tell(is_new ? 1.0 : 0.0);
  return has_failed_to_tell ? kErrorCallback : 0;
}

int Session::OnHeader(const Frame* frame, RcBuf* name, RcBuf* value, uint8_t flags) {
  int32_t id = IdOf(frame);
  Outlet* outlet = Find(id);
  if (outlet == nullptr) return kErrorTemporal;
  Vec key = nghttp2_rcbuf_get_buf(name);
  Vec text = nghttp2_rcbuf_get_buf(value);
  size_t length = key.length + text.length + kPairCost;
  size_t most = outlet->max_header_bytes < max_kept ? outlet->max_header_bytes : max_kept;
  if (outlet->header_pairs >= max_header_pairs || outlet->header_bytes + length > most || kept + length > max_kept) {
    nghttp2_submit_rst_stream(raw, 0, id, kEnhanceYourCalm);
    return kErrorTemporal;
  }
  if (key.length == 0) return 0;
  outlet->header_pairs++;
  outlet->header_bytes += length;
  HandleScope scope(state->isolate);
  Tell(kHeader);
  Tell(id);
  Tell(key.base, key.length);
  Tell(text.base, text.length);
  Tell(flags);
  return has_failed_to_tell ? kErrorCallback : 0;
}

int Session::OnFrame(const Frame* frame) {
  Isolate* isolate = state->isolate;
  int32_t id = IdOf(frame);
  switch (frame->head.type) {
    case nghttp2::kData:
      if ((frame->head.flags & kFlagEndStream) == 0) {
        // One that neither brings anything nor ends anything is as good as invalid.
        if (frame->head.length == 0) return CountInvalid() ? 0 : kErrorCallback;
        break;
      }
      Tell(kEnd);
      Tell(id);
      break;
    case nghttp2::kHeaders:
    case nghttp2::kPushPromise:
      if (Find(id) == nullptr) break;
      Tell(vivarium::http2::kHeaders);
      Tell(id);
      Tell(frame->head.type == nghttp2::kHeaders ? frame->headers.category : 0);
      Tell(frame->head.flags);
      break;
    case nghttp2::kSettings: {
      Tell(vivarium::http2::kSettings);
      Tell(frame->head.flags & kFlagAck);
      Local<Array> list = Array::New(isolate);
      Local<Context> context = isolate->GetCurrentContext();
      for (size_t i = 0; i < frame->settings.count; i++) {
        const SettingsEntry& entry = frame->settings.entries[i];
        uint32_t at = static_cast<uint32_t>(i) * 2;
        if (list->CreateDataProperty(context, at, Number::New(isolate, entry.id)).IsNothing() ||
            list->CreateDataProperty(context, at + 1, Number::New(isolate, entry.value)).IsNothing()) {
          has_failed_to_tell = true;
        }
      }
      Tell(list.As<Value>());
      break;
    }
    case nghttp2::kPing:
      Tell(vivarium::http2::kPing);
      Tell(frame->head.flags & kFlagAck);
      TellBytes(frame->ping.payload, sizeof(frame->ping.payload));
      break;
    case nghttp2::kGoaway:
      Tell(vivarium::http2::kGoaway);
      Tell(frame->goaway.code);
      Tell(frame->goaway.last_stream_id);
      TellBytes(frame->goaway.data, frame->goaway.length);
      break;
    case nghttp2::kPriority:
      Tell(vivarium::http2::kPriority);
      Tell(id);
      Tell(frame->priority.priority.stream_id);
      Tell(frame->priority.priority.weight);
      Tell(frame->priority.priority.exclusive);
      break;
    case nghttp2::kAltsvc: {
      auto* altsvc = static_cast<Altsvc*>(frame->extension.payload);
      Tell(vivarium::http2::kAltsvc);
      Tell(id);
      Tell(altsvc->origin, altsvc->origin_length);
      Tell(altsvc->field, altsvc->field_length);
      break;
    }
    case nghttp2::kOrigin: {
      auto* origins = static_cast<Origins*>(frame->extension.payload);
      Tell(vivarium::http2::kOrigin);
      Tell(static_cast<double>(origins->count));
      for (size_t i = 0; i < origins->count; i++) Tell(origins->entries[i].origin, origins->entries[i].length);
      break;
    }
    default:
      break;
  }
  return has_failed_to_tell ? kErrorCallback : 0;
}

bool Session::CountInvalid() {
  if (invalid_frames++ <= max_invalid_frames) return true;
  custom_error = "ERR_HTTP2_TOO_MANY_INVALID_FRAMES";
  return false;
}

int Session::OnInvalidFrame(int error) {
  if (!CountInvalid()) return kErrorCallback;
  if (nghttp2_is_fatal(error) != 0 || error == kErrorStreamClosed || error == kErrorProtocol || error == kErrorFlowControl) {
    Tell(kInvalid);
    Tell(error);
  }
  return has_failed_to_tell ? kErrorCallback : 0;
}

int Session::OnFrameSent(const Frame* frame) {
  if (frame->head.type != nghttp2::kGoaway) return 0;
  if (own_goaways > 0) own_goaways--;
  else is_given_up = true;
  return 0;
}

int Session::OnFrameNotSent(const Frame* frame, int error) {
  if (error == kErrorSessionClosing || error == kErrorStreamClosed || error == kErrorStreamClosing) return 0;
  Tell(kFrameError);
  Tell(frame->head.stream_id);
  Tell(frame->head.type);
  Tell(error);
  return has_failed_to_tell ? kErrorCallback : 0;
}

ptrdiff_t Session::Read(int32_t id, uint8_t* buffer, size_t length, uint32_t* flags) {
  Outlet* outlet = Find(id);
  if (outlet == nullptr) {
    *flags |= kDataEnd;
    return 0;
  }
  size_t read = 0;
  while (read < length && outlet->first != nullptr) {
    Piece* piece = outlet->first;
    size_t count = piece->size - piece->taken;
    if (count > length - read) count = length - read;
    std::memcpy(buffer + read, piece->bytes() + piece->taken, count);
    piece->taken += count;
    read += count;
    if (piece->taken < piece->size) break;
    outlet->first = piece->next;
    if (outlet->first == nullptr) outlet->last = &outlet->first;
    Release(sizeof(Piece) + piece->size);
    std::free(piece);
  }
  outlet->queued -= read;
  if (read > 0) {
    Tell(kSent);
    Tell(id);
    Tell(static_cast<double>(read));
  }
  if (outlet->first == nullptr && outlet->is_ended) {
    *flags |= kDataEnd;
    if (outlet->has_trailers) {
      *flags |= kDataNoEndStream;
      outlet->has_trailers = false;
      Tell(vivarium::http2::kTrailers);
      Tell(id);
    }
  } else if (read == 0) {
    return kErrorDeferred;
  }
  return has_failed_to_tell ? kErrorCallback : static_cast<ptrdiff_t>(read);
}

ptrdiff_t Session::Padding(size_t length, size_t most) const {
  if (padding != 1) return static_cast<ptrdiff_t>(most);
  // Aligned: frame and head together are a multiple of 8.
  size_t rest = (length + 9) % 8;
  size_t padded = rest == 0 ? length : length + 8 - rest;
  return static_cast<ptrdiff_t>(padded < most ? padded : most);
}

DataProvider Session::Provider() {
  return {{.pointer = nullptr},
          [](nghttp2::Session*, int32_t id, uint8_t* buffer, size_t length, uint32_t* flags, DataSource*, void* user) {
            return Of(user)->Read(id, buffer, length, flags);
          }};
}

}  // namespace vivarium::http2
