// A parser of HTTP/1.1 messages: what llhttp tells of a message, gathered until JavaScript wants to know it.
#pragma once

#include "llhttp-abi.h"
#include "owned.h"

namespace vivarium::http_parser {

// Bytes that grow; what all parsers of a guest keep is bounded.
class Gathered {
 public:
  explicit Gathered(State* state) : state_(state) {}
  ~Gathered() { Drop(); }
  Gathered(const Gathered&) = delete;
  void operator=(const Gathered&) = delete;

  // False when that would be too much.
  bool Append(const char* bytes, size_t length);
  // Forgets the content; keeps the memory unless it is much.
  void Clear();
  const char* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  void Drop();

  State* state_;
  char* data_ = nullptr;
  size_t size_ = 0;
  size_t room_ = 0;
};

// Who a callback of JavaScript is for; the numbers are those of Node's HTTPParser.
enum Event : int { kOnMessageBegin = 0, kOnHeaders = 1, kOnHeadersComplete = 2, kOnBody = 3, kOnMessageComplete = 4 };

struct Parser final : Owned<Parser> {
  explicit Parser(State* owner) : Owned(owner), url(owner), status(owner), headers(owner) {
    core.owner = this;
    state->http_parsers++;
  }
  ~Parser() override { state->http_parsers--; }

  static Parser* Of(llhttp::Raw* raw) { return reinterpret_cast<Core*>(raw)->owner; }
  llhttp::Raw* raw() { return &core.raw; }

  void Initialize(int kind, double max_header, uint32_t lenient);

  // What llhttp calls.
  int OnMessageBegin();
  int OnHeader(bool is_value, const char* at, size_t length);
  int OnHeadersComplete();
  int OnBody(const char* at, size_t length);
  int OnMessageComplete();
  int OnChunkExtension(size_t length);
  int Track(size_t length);
  int Overflow();

  // Calls JavaScript; empty when it threw.
  MaybeLocal<Value> Tell(Event event, int argc, Local<Value>* argv);
  MaybeLocal<Array> TakeHeaders();
  MaybeLocal<String> TakeUrl();
  bool Flush();

  struct Core {
    llhttp::Raw raw;
    Parser* owner;
  } core;
  int type = 0;
  Gathered url;
  Gathered status;
  // Names and values one after the other; `ends` says where each one ends.
  Gathered headers;
  static constexpr size_t kMostPairs = 32;
  size_t ends[kMostPairs * 2];
  size_t count = 0;
  uint64_t header_read = 0;
  uint64_t extensions_read = 0;
  double max_header_size = 0;
  bool has_flushed = false;
  bool has_thrown = false;
  bool headers_completed = false;
};

extern const llhttp::Settings kSettings;

}  // namespace vivarium::http_parser
