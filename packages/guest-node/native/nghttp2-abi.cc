#include "nghttp2-abi.h"

#include <cstring>

namespace vivarium::nghttp2 {

namespace {

bool HasFunctions() {
#define VIVARIUM_HAS(type, name, ...) \
  if (&nghttp2_##name == nullptr) return false;
  VIVARIUM_NGHTTP2(VIVARIUM_HAS)
#undef VIVARIUM_HAS
  return true;
}

struct Probe {
  bool ping = false;
  bool settings = false;
  bool header = false;
};

int OnProbeFrame(Session*, const Frame* frame, void* user) {
  auto* probe = static_cast<Probe*>(user);
  if (frame->head.type == kPing) probe->ping = std::memcmp(frame->ping.payload, "01234567", 8) == 0;
  if (frame->head.type == kSettings && (frame->head.flags & kFlagAck) == 0) {
    probe->settings = frame->settings.count == 1 && frame->settings.entries[0].id == 3 && frame->settings.entries[0].value == 77;
  }
  return 0;
}

int OnProbeHeader(Session*, const Frame* frame, RcBuf* name, RcBuf* value, uint8_t, void* user) {
  Vec key = nghttp2_rcbuf_get_buf(name);
  Vec text = nghttp2_rcbuf_get_buf(value);
  if (key.length == 1 && key.base[0] == 'x' && text.length == 2 && std::memcmp(text.base, "yz", 2) == 0 &&
      frame->head.stream_id == 1) {
    static_cast<Probe*>(user)->header = true;
  }
  return 0;
}

// A client says something to a server: what arrives has to be what was said.
bool Talks() {
  Callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) return false;
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, OnProbeFrame);
  nghttp2_session_callbacks_set_on_header_callback2(callbacks, OnProbeHeader);
  Session* client = nullptr;
  Session* server = nullptr;
  Probe probe;
  Probe unused;
  bool works = nghttp2_session_client_new3(&client, callbacks, &unused, nullptr, nullptr) == 0 &&
               nghttp2_session_server_new3(&server, callbacks, &probe, nullptr, nullptr) == 0;
  nghttp2_session_callbacks_del(callbacks);
  auto bytes = [](const char* text) { return reinterpret_cast<uint8_t*>(const_cast<char*>(text)); };
  if (works) {
    SettingsEntry entry{3, 77};
    NameValue pairs[] = {
        {bytes(":method"), bytes("GET"), 7, 3, 0}, {bytes(":scheme"), bytes("http"), 7, 4, 0},
        {bytes(":path"), bytes("/"), 5, 1, 0},     {bytes(":authority"), bytes("a"), 10, 1, 0},
        {bytes("x"), bytes("yz"), 1, 2, 0},
    };
    works = nghttp2_submit_settings(client, 0, &entry, 1) == 0 && nghttp2_submit_ping(client, 0, bytes("01234567")) == 0 &&
            nghttp2_submit_request(client, nullptr, pairs, 5, nullptr, nullptr) == 1;
  }
  while (works) {
    const uint8_t* data = nullptr;
    ptrdiff_t length = nghttp2_session_mem_send(client, &data);
    if (length == 0) break;
    works = length > 0 && nghttp2_session_mem_recv(server, data, static_cast<size_t>(length)) == length;
  }
  if (client != nullptr) nghttp2_session_del(client);
  if (server != nullptr) nghttp2_session_del(server);
  return works && probe.ping && probe.settings && probe.header;
}

}  // namespace

bool IsUsable() {
  static const bool usable = HasFunctions() && Talks();
  return usable;
}

}  // namespace vivarium::nghttp2
