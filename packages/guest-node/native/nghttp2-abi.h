// nghttp2 as the executable of Node carries it: the part of its public interface that is used here. Every name is weak:
// an executable that has it not still loads the helper. Structures are public, too, and tried before they are trusted.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vivarium::nghttp2 {

constexpr int kErrorDeferred = -508;
constexpr int kErrorInvalidArgument = -501;
constexpr int kErrorStreamClosed = -510;
constexpr int kErrorStreamClosing = -511;
constexpr int kErrorProtocol = -505;
constexpr int kErrorTemporal = -521;
constexpr int kErrorFlowControl = -524;
constexpr int kErrorSessionClosing = -530;
constexpr int kErrorSettingsExpected = -536;
constexpr int kErrorNoMemory = -901;
constexpr int kErrorCallback = -902;

constexpr uint32_t kDataEnd = 1;
constexpr uint32_t kDataNoEndStream = 2;

constexpr uint8_t kFlagEndStream = 1;
constexpr uint8_t kFlagAck = 1;

constexpr uint8_t kHeaderNoIndex = 1;

constexpr uint32_t kEnhanceYourCalm = 11;

enum FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kReset = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoaway = 7,
  kAltsvc = 10,
  kOrigin = 12,
};

struct Session;
struct Callbacks;
struct Option;
struct Stream;
struct RcBuf;

struct Vec {
  uint8_t* base;
  size_t length;
};
struct NameValue {
  uint8_t* name;
  uint8_t* value;
  size_t name_length;
  size_t value_length;
  uint8_t flags;
};
struct FrameHead {
  size_t length;
  int32_t stream_id;
  uint8_t type;
  uint8_t flags;
  uint8_t reserved;
};
struct PrioritySpec {
  int32_t stream_id;
  int32_t weight;
  uint8_t exclusive;
};
struct HeadersFrame {
  FrameHead head;
  size_t padding;
  PrioritySpec priority;
  NameValue* pairs;
  size_t pair_count;
  int category;
};
struct PriorityFrame {
  FrameHead head;
  PrioritySpec priority;
};
struct SettingsEntry {
  int32_t id;
  uint32_t value;
};
struct SettingsFrame {
  FrameHead head;
  size_t count;
  SettingsEntry* entries;
};
struct PushPromiseFrame {
  FrameHead head;
  size_t padding;
  NameValue* pairs;
  size_t pair_count;
  int32_t promised_id;
  uint8_t reserved;
};
struct PingFrame {
  FrameHead head;
  uint8_t payload[8];
};
struct GoawayFrame {
  FrameHead head;
  int32_t last_stream_id;
  uint32_t code;
  uint8_t* data;
  size_t length;
  uint8_t reserved;
};
struct ExtensionFrame {
  FrameHead head;
  void* payload;
};
struct Altsvc {
  uint8_t* origin;
  size_t origin_length;
  uint8_t* field;
  size_t field_length;
};
struct OriginEntry {
  uint8_t* origin;
  size_t length;
};
struct Origins {
  size_t count;
  OriginEntry* entries;
};
union Frame {
  FrameHead head;
  HeadersFrame headers;
  PriorityFrame priority;
  SettingsFrame settings;
  PushPromiseFrame push_promise;
  PingFrame ping;
  GoawayFrame goaway;
  ExtensionFrame extension;
};
union DataSource {
  int fd;
  void* pointer;
};
struct DataProvider {
  DataSource source;
  ptrdiff_t (*read)(Session*, int32_t, uint8_t*, size_t, uint32_t*, DataSource*, void*);
};
struct Memory {
  void* user;
  void* (*malloc)(size_t, void*);
  void (*free)(void*, void*);
  void* (*calloc)(size_t, size_t, void*);
  void* (*realloc)(void*, size_t, void*);
};

using OnFrame = int (*)(Session*, const Frame*, void*);
using OnFrameError = int (*)(Session*, const Frame*, int, void*);
using OnError = int (*)(Session*, int, const char*, size_t, void*);
using OnHeader = int (*)(Session*, const Frame*, RcBuf*, RcBuf*, uint8_t, void*);
using OnStreamClose = int (*)(Session*, int32_t, uint32_t, void*);
using OnData = int (*)(Session*, uint8_t, int32_t, const uint8_t*, size_t, void*);
using SelectPadding = ptrdiff_t (*)(Session*, const Frame*, size_t, void*);

#if defined(_WIN32)
#define VIVARIUM_WEAK
#else
#define VIVARIUM_WEAK __attribute__((weak, visibility("default")))
#endif

extern "C" {
#define VIVARIUM_NGHTTP2(X)                                                                                  \
  X(int, session_callbacks_new, Callbacks**)                                                                 \
  X(void, session_callbacks_del, Callbacks*)                                                                 \
  X(void, session_callbacks_set_on_begin_headers_callback, Callbacks*, OnFrame)                              \
  X(void, session_callbacks_set_on_header_callback2, Callbacks*, OnHeader)                                   \
  X(void, session_callbacks_set_on_invalid_header_callback2, Callbacks*, OnHeader)                           \
  X(void, session_callbacks_set_on_frame_recv_callback, Callbacks*, OnFrame)                                 \
  X(void, session_callbacks_set_on_stream_close_callback, Callbacks*, OnStreamClose)                         \
  X(void, session_callbacks_set_on_data_chunk_recv_callback, Callbacks*, OnData)                             \
  X(void, session_callbacks_set_on_frame_not_send_callback, Callbacks*, OnFrameError)                        \
  X(void, session_callbacks_set_on_invalid_frame_recv_callback, Callbacks*, OnFrameError)                    \
  X(void, session_callbacks_set_on_frame_send_callback, Callbacks*, OnFrame)                                 \
  X(void, session_callbacks_set_error_callback2, Callbacks*, OnError)                                        \
  X(void, session_callbacks_set_select_padding_callback, Callbacks*, SelectPadding)                          \
  X(int, option_new, Option**)                                                                               \
  X(void, option_del, Option*)                                                                               \
  X(void, option_set_no_auto_window_update, Option*, int)                                                    \
  X(void, option_set_no_closed_streams, Option*, int)                                                        \
  X(void, option_set_builtin_recv_extension_type, Option*, uint8_t)                                          \
  X(void, option_set_max_deflate_dynamic_table_size, Option*, size_t)                                        \
  X(void, option_set_max_reserved_remote_streams, Option*, uint32_t)                                         \
  X(void, option_set_max_send_header_block_length, Option*, size_t)                                          \
  X(void, option_set_peer_max_concurrent_streams, Option*, uint32_t)                                         \
  X(void, option_set_max_settings, Option*, size_t)                                                          \
  X(void, option_set_stream_reset_rate_limit, Option*, uint64_t, uint64_t)                                   \
  X(void, option_set_no_rfc9113_leading_and_trailing_ws_validation, Option*, int)                            \
  X(int, session_client_new3, Session**, const Callbacks*, void*, const Option*, Memory*)                    \
  X(int, session_server_new3, Session**, const Callbacks*, void*, const Option*, Memory*)                    \
  X(void, session_del, Session*)                                                                             \
  X(ptrdiff_t, session_mem_recv, Session*, const uint8_t*, size_t)                                           \
  X(ptrdiff_t, session_mem_send, Session*, const uint8_t**)                                                  \
  X(int, session_want_read, Session*)                                                                        \
  X(int, session_want_write, Session*)                                                                       \
  X(int, session_resume_data, Session*, int32_t)                                                             \
  X(int, session_consume_connection, Session*, size_t)                                                       \
  X(int, session_consume_stream, Session*, int32_t, size_t)                                                  \
  X(int, session_terminate_session, Session*, uint32_t)                                                      \
  X(int, session_set_next_stream_id, Session*, int32_t)                                                      \
  X(int, session_set_local_window_size, Session*, uint8_t, int32_t, int32_t)                                 \
  X(uint32_t, session_get_local_settings, Session*, int)                                                     \
  X(uint32_t, session_get_remote_settings, Session*, int)                                                    \
  X(int32_t, session_get_effective_local_window_size, Session*)                                              \
  X(int32_t, session_get_effective_recv_data_length, Session*)                                               \
  X(uint32_t, session_get_next_stream_id, Session*)                                                          \
  X(int32_t, session_get_local_window_size, Session*)                                                        \
  X(int32_t, session_get_last_proc_stream_id, Session*)                                                      \
  X(int32_t, session_get_remote_window_size, Session*)                                                       \
  X(size_t, session_get_outbound_queue_size, Session*)                                                       \
  X(size_t, session_get_hd_deflate_dynamic_table_size, Session*)                                             \
  X(size_t, session_get_hd_inflate_dynamic_table_size, Session*)                                             \
  X(int, session_get_stream_local_close, Session*, int32_t)                                                  \
  X(int, session_get_stream_remote_close, Session*, int32_t)                                                 \
  X(int32_t, session_get_stream_local_window_size, Session*, int32_t)                                        \
  X(Stream*, session_find_stream, Session*, int32_t)                                                         \
  X(int, stream_get_state, Stream*)                                                                          \
  X(int32_t, stream_get_weight, Stream*)                                                                     \
  X(int32_t, stream_get_sum_dependency_weight, Stream*)                                                      \
  X(int32_t, submit_request, Session*, const PrioritySpec*, const NameValue*, size_t, const DataProvider*, void*) \
  X(int, submit_response, Session*, int32_t, const NameValue*, size_t, const DataProvider*)                  \
  X(int, submit_headers, Session*, uint8_t, int32_t, const PrioritySpec*, const NameValue*, size_t, void*)   \
  X(int32_t, submit_push_promise, Session*, uint8_t, int32_t, const NameValue*, size_t, void*)               \
  X(int, submit_trailer, Session*, int32_t, const NameValue*, size_t)                                        \
  X(int, submit_data, Session*, uint8_t, int32_t, const DataProvider*)                                       \
  X(int, submit_rst_stream, Session*, uint8_t, int32_t, uint32_t)                                            \
  X(int, submit_settings, Session*, uint8_t, const SettingsEntry*, size_t)                                   \
  X(int, submit_ping, Session*, uint8_t, const uint8_t*)                                                     \
  X(int, submit_goaway, Session*, uint8_t, int32_t, uint32_t, const uint8_t*, size_t)                        \
  X(int, submit_altsvc, Session*, uint8_t, int32_t, const uint8_t*, size_t, const uint8_t*, size_t)          \
  X(int, submit_origin, Session*, uint8_t, const OriginEntry*, size_t)                                       \
  X(ptrdiff_t, pack_settings_payload, uint8_t*, size_t, const SettingsEntry*, size_t)                        \
  X(Vec, rcbuf_get_buf, RcBuf*)                                                                              \
  X(int, is_fatal, int)                                                                                      \
  X(const char*, strerror, int)

#define VIVARIUM_DECLARE(type, name, ...) VIVARIUM_WEAK type nghttp2_##name(__VA_ARGS__);
VIVARIUM_NGHTTP2(VIVARIUM_DECLARE)
#undef VIVARIUM_DECLARE
}

// Whether the executable has all of it, laid out as it is here.
bool IsUsable();

}  // namespace vivarium::nghttp2
