// A session of HTTP/2: nghttp2's, and what waits to be sent on its streams. What nghttp2 tells while it parses or writes
// becomes a list of events, which JavaScript reads when nghttp2 is through: no code of the guest runs within it.
#pragma once

#include "nghttp2-abi.h"
#include "owned.h"

namespace vivarium::http2 {

// What all sessions of a guest may keep, in bytes: themselves, nghttp2's own memory and what is queued. A session that does
// nothing takes some 21 KiB, so this bounds their number, too.
constexpr size_t kMostKept = size_t{96} << 20;
// A header is looked for among all of the table that have its name, and nothing interrupts that.
constexpr uint32_t kMostDeflateTable = 65536;

enum Event : int {
  kBeginHeaders = 1,
  kHeader,
  kHeaders,
  kData,
  kEnd,
  kClose,
  kSettings,
  kPing,
  kGoaway,
  kPriority,
  kAltsvc,
  kOrigin,
  kFrameError,
  kInvalid,
  kSent,
  kTrailers,
};

// Where Node's library puts its options.
enum OptionIndex : int {
  kMaxDeflateTable = 0,
  kMaxReservedStreams,
  kMaxSendHeaderBlock,
  kPeerMaxStreams,
  kPaddingStrategy,
  kMaxHeaderPairs,
  kMaxPings,
  kMaxSettingsAcks,
  kMaxSessionMemory,
  kMaxSettingsEntries,
  kStreamResetRate,
  kStreamResetBurst,
  kLaxWhitespace,
  kOptionFlags,
  kOptionCount,
};

struct Piece {
  Piece* next;
  size_t size;
  size_t taken;
  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(this + 1); }
};

// A stream that JavaScript knows, until it forgets it.
struct Outlet {
  Outlet* next;
  int32_t id;
  Piece* first;
  Piece** last;
  size_t queued;
  // Nothing more will be queued.
  bool is_ended;
  bool has_trailers;
  bool is_bare;
  // Of the header block that is coming in.
  uint32_t header_pairs;
  size_t header_bytes;
  // What a block may have, as the settings were when the stream began.
  size_t max_header_bytes;
};

struct Session final : Owned<Session> {
  explicit Session(State* owner) : Owned(owner) {}
  ~Session() override;

  // 0, or nghttp2's error. Options as Node's library lays them out.
  int Open(bool server, const uint32_t* options);

  Outlet* Find(int32_t id);
  Outlet* Add(int32_t id);
  void Forget(int32_t id);
  bool Queue(Outlet* outlet, const uint8_t* bytes, size_t length);
  // Whether there is room for so much more. Sessions that the guest has dropped make some, if need be.
  bool Account(size_t more);
  void Release(size_t less);

  // How many of the bytes belong to the frame that is coming in: they are parsed one by one.
  size_t Extent(const uint8_t* bytes, size_t length);

  void Tell(Local<Value> value);
  void Tell(Event event) { Tell(static_cast<double>(event)); }
  void Tell(double number) { Tell(Number::New(state->isolate, number).As<Value>()); }
  void Tell(const uint8_t* text, size_t length);
  void TellBytes(const uint8_t* bytes, size_t length);

  int OnBeginHeaders(const nghttp2::Frame* frame);
  int OnHeader(const nghttp2::Frame* frame, nghttp2::RcBuf* name, nghttp2::RcBuf* value, uint8_t flags);
  int OnFrame(const nghttp2::Frame* frame);
  int OnInvalidFrame(int error);
  bool CountInvalid();
  int OnFrameSent(const nghttp2::Frame* frame);
  int OnFrameNotSent(const nghttp2::Frame* frame, int error);
  ptrdiff_t Read(int32_t id, uint8_t* buffer, size_t length, uint32_t* flags);
  ptrdiff_t Padding(size_t length, size_t most) const;

  static nghttp2::DataProvider Provider();

  nghttp2::Session* raw = nullptr;
  bool is_server = false;
  // After an error of nghttp2's nothing more is parsed.
  bool is_broken = false;
  bool has_failed_to_tell = false;
  // Goodbyes that the library says. One that it has not said is nghttp2's, which has given the session up by itself.
  uint32_t own_goaways = 0;
  bool is_given_up = false;
  const char* custom_error = nullptr;
  size_t kept = 0;
  size_t max_kept = 10'000'000;
  uint32_t max_header_pairs = 128;
  uint32_t padding = 0;
  uint32_t invalid_frames = 0;
  uint32_t max_invalid_frames = 1000;
  uint32_t rejected_streams = 0;
  uint32_t max_rejected_streams = 100;
  size_t magic_left = 0;
  uint8_t head[9] = {};
  size_t head_length = 0;
  size_t frame_left = 0;
  static constexpr size_t kBuckets = 64;
  Outlet* outlets[kBuckets] = {};
  // The one that was found last: a frame may bring a million headers of one stream, in a session of a hundred thousand.
  Outlet* latest = nullptr;
  uint32_t outlet_count = 0;
  // Where events go while nghttp2 is at work.
  Local<Array> events;
  uint32_t event_count = 0;

 private:
  void Configure(nghttp2::Option* option, const uint32_t* options);
};

}  // namespace vivarium::http2
