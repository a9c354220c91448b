#include "http-parser.h"

namespace vivarium::http_parser {

namespace {

// Of all parsers of a guest: as much as some thousand of the largest heads that Node takes.
constexpr size_t kMostKept = size_t{64} << 20;
constexpr size_t kKeptRoom = 4096;
constexpr uint64_t kMostChunkExtensions = 16384;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

MaybeLocal<String> Latin1(Isolate* isolate, const char* data, size_t size) {
  if (size == 0) return String::Empty(isolate);
  return String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(data), NewStringType::kNormal,
                                static_cast<int>(size));
}

}  // namespace

bool Gathered::Append(const char* bytes, size_t length) {
  if (size_ + length > room_) {
    size_t room = (size_ + length) * 2;
    if (state_->http_bytes + room - room_ > kMostKept) return false;
    void* moved = std::realloc(data_, room);
    if (moved == nullptr) return false;
    state_->http_bytes += room - room_;
    data_ = static_cast<char*>(moved);
    room_ = room;
  }
  if (length > 0) std::memcpy(data_ + size_, bytes, length);
  size_ += length;
  return true;
}

void Gathered::Clear() {
  size_ = 0;
  if (room_ > kKeptRoom) Drop();
}

void Gathered::Drop() {
  std::free(data_);
  state_->http_bytes -= room_;
  data_ = nullptr;
  size_ = room_ = 0;
}

void Parser::Initialize(int kind, double max_header, uint32_t lenient) {
  llhttp::llhttp_init(raw(), kind, &kSettings);
  for (size_t bit = 0; bit < std::size(llhttp::kLenient); bit++) {
    if ((lenient >> bit & 1) != 0) llhttp::kLenient[bit](raw(), 1);
  }
  type = kind;
  max_header_size = max_header;
  url.Clear();
  status.Clear();
  headers.Clear();
  count = 0;
  header_read = extensions_read = 0;
  has_flushed = has_thrown = headers_completed = false;
}

MaybeLocal<Value> Parser::Tell(Event event, int argc, Local<Value>* argv) {
  Isolate* isolate = state->isolate;
  Local<Context> context = isolate->GetCurrentContext();
  Local<Value> callback;
  Local<Value> all[10];
  all[0] = Integer::New(isolate, event);
  for (int i = 0; i < argc; i++) all[i + 1] = argv[i];
  if (handle.Get(isolate)->GetPrivate(context, state->http_callback_key.Get(isolate)).ToLocal(&callback) && callback->IsFunction()) {
    MaybeLocal<Value> result = callback.As<Function>()->Call(context, Undefined(isolate), argc + 1, all);
    if (!result.IsEmpty()) return result;
  }
  has_thrown = true;
  llhttp::llhttp_set_error_reason(raw(), "HPE_JS_EXCEPTION:JS Exception");
  return {};
}

int Parser::Overflow() {
  llhttp::llhttp_set_error_reason(raw(), "HPE_HEADER_OVERFLOW:Header overflow");
  return llhttp::kUser;
}

int Parser::Track(size_t length) {
  header_read += length;
  return static_cast<double>(header_read) >= max_header_size ? Overflow() : 0;
}

int Parser::OnMessageBegin() {
  headers.Clear();
  url.Clear();
  status.Clear();
  count = 0;
  headers_completed = false;
  extensions_read = 0;
  HandleScope scope(state->isolate);
  return Tell(kOnMessageBegin, 0, nullptr).IsEmpty() ? static_cast<int>(llhttp::kUser) : 0;
}

int Parser::OnHeader(bool is_value, const char* at, size_t length) {
  if (int refused = Track(length)) return refused;
  bool is_new = is_value ? count % 2 == 1 : count % 2 == 0;
  if (is_new) {
    if (!is_value && count == (kMostPairs - 1) * 2) {
      HandleScope scope(state->isolate);
      if (!Flush()) return llhttp::kUser;
    }
    // A value without a name, or a name without room: llhttp does not tell of such.
    if (count >= kMostPairs * 2) return Overflow();
    ends[count] = headers.size();
    count++;
  } else if (count == 0) {
    return Overflow();
  }
  if (!headers.Append(at, length)) return Overflow();
  ends[count - 1] = headers.size();
  return 0;
}

MaybeLocal<Array> Parser::TakeHeaders() {
  Isolate* isolate = state->isolate;
  Local<Value> pieces[kMostPairs * 2];
  // A name without a value is none yet.
  size_t whole = count - count % 2;
  for (size_t i = 0; i < whole; i++) {
    size_t start = i == 0 ? 0 : ends[i - 1];
    size_t end = ends[i];
    if (i % 2 == 1) {
      while (end > start && IsBlank(headers.data()[end - 1])) end--;
    }
    Local<String> piece;
    if (!Latin1(isolate, headers.data() + start, end - start).ToLocal(&piece)) return {};
    pieces[i] = piece;
  }
  headers.Clear();
  count = 0;
  return Array::New(isolate, pieces, whole);
}

MaybeLocal<String> Parser::TakeUrl() {
  MaybeLocal<String> text = Latin1(state->isolate, url.data(), url.size());
  url.Clear();
  return text;
}

bool Parser::Flush() {
  Local<Array> list;
  Local<String> address;
  if (!TakeHeaders().ToLocal(&list) || !TakeUrl().ToLocal(&address)) {
    has_thrown = true;
    return false;
  }
  Local<Value> argv[] = {list, address};
  has_flushed = true;
  return !Tell(kOnHeaders, 2, argv).IsEmpty();
}

int Parser::OnHeadersComplete() {
  Isolate* isolate = state->isolate;
  HandleScope scope(isolate);
  headers_completed = true;
  header_read = 0;
  Local<Value> argv[9];
  for (auto& each : argv) each = Undefined(isolate);
  Local<String> text;
  if (has_flushed) {
    if (!Flush()) return -1;
  } else {
    Local<Array> list;
    if (!TakeHeaders().ToLocal(&list)) return has_thrown = true, -1;
    argv[2] = list;
    if (type == llhttp::kRequest) {
      if (!TakeUrl().ToLocal(&text)) return has_thrown = true, -1;
      argv[4] = text;
    }
  }
  argv[0] = Integer::New(isolate, llhttp::llhttp_get_http_major(raw()));
  argv[1] = Integer::New(isolate, llhttp::llhttp_get_http_minor(raw()));
  if (type == llhttp::kRequest) {
    argv[3] = Integer::New(isolate, llhttp::llhttp_get_method(raw()));
  } else {
    if (!Latin1(isolate, status.data(), status.size()).ToLocal(&text)) return has_thrown = true, -1;
    argv[5] = Integer::New(isolate, llhttp::llhttp_get_status_code(raw()));
    argv[6] = text;
  }
  argv[7] = Boolean::New(isolate, llhttp::llhttp_get_upgrade(raw()) != 0);
  argv[8] = Boolean::New(isolate, llhttp::llhttp_should_keep_alive(raw()) != 0);
  Local<Value> answer;
  if (!Tell(kOnHeadersComplete, 9, argv).ToLocal(&answer)) return -1;
  // 1: there is no body; 2: nor is what follows of this protocol.
  int32_t number = answer->IsInt32() ? answer.As<Int32>()->Value() : 0;
  return number == 1 || number == 2 ? number : 0;
}

int Parser::OnBody(const char* at, size_t length) {
  if (length == 0) return 0;
  Isolate* isolate = state->isolate;
  HandleScope scope(isolate);
  Local<ArrayBuffer> buffer;
  if (!ArrayBuffer::MaybeNew(isolate, length).ToLocal(&buffer)) {
    ThrowOutOfMemory(isolate);
    has_thrown = true;
    return llhttp::kUser;
  }
  std::memcpy(buffer->Data(), at, length);
  Local<Value> argv[] = {Uint8Array::New(buffer, 0, length)};
  return Tell(kOnBody, 1, argv).IsEmpty() ? static_cast<int>(llhttp::kUser) : 0;
}

int Parser::OnMessageComplete() {
  HandleScope scope(state->isolate);
  if (count > 0 && !Flush()) return -1;
  return Tell(kOnMessageComplete, 0, nullptr).IsEmpty() ? -1 : 0;
}

int Parser::OnChunkExtension(size_t length) {
  extensions_read += length;
  if (extensions_read <= kMostChunkExtensions) return 0;
  llhttp::llhttp_set_error_reason(raw(), "HPE_CHUNK_EXTENSIONS_OVERFLOW:Chunk extensions overflow");
  return llhttp::kUser;
}

const llhttp::Settings kSettings = {
    .on_message_begin = [](llhttp::Raw* raw) { return Parser::Of(raw)->OnMessageBegin(); },
    .on_protocol = nullptr,
    .on_url =
        [](llhttp::Raw* raw, const char* at, size_t length) {
          Parser* parser = Parser::Of(raw);
          if (int refused = parser->Track(length)) return refused;
          return parser->url.Append(at, length) ? 0 : parser->Overflow();
        },
    .on_status =
        [](llhttp::Raw* raw, const char* at, size_t length) {
          Parser* parser = Parser::Of(raw);
          if (int refused = parser->Track(length)) return refused;
          return parser->status.Append(at, length) ? 0 : parser->Overflow();
        },
    .on_method = nullptr,
    .on_version = nullptr,
    .on_header_field = [](llhttp::Raw* raw, const char* at,
                          size_t length) { return Parser::Of(raw)->OnHeader(false, at, length); },
    .on_header_value = [](llhttp::Raw* raw, const char* at,
                          size_t length) { return Parser::Of(raw)->OnHeader(true, at, length); },
    .on_chunk_extension_name = [](llhttp::Raw* raw, const char*,
                                  size_t length) { return Parser::Of(raw)->OnChunkExtension(length); },
    .on_chunk_extension_value = [](llhttp::Raw* raw, const char*,
                                   size_t length) { return Parser::Of(raw)->OnChunkExtension(length); },
    .on_headers_complete = [](llhttp::Raw* raw) { return Parser::Of(raw)->OnHeadersComplete(); },
    .on_body = [](llhttp::Raw* raw, const char* at, size_t length) { return Parser::Of(raw)->OnBody(at, length); },
    .on_message_complete = [](llhttp::Raw* raw) { return Parser::Of(raw)->OnMessageComplete(); },
    .on_protocol_complete = nullptr,
    .on_url_complete = nullptr,
    .on_status_complete = nullptr,
    .on_method_complete = nullptr,
    .on_version_complete = nullptr,
    .on_header_field_complete = nullptr,
    .on_header_value_complete = nullptr,
    .on_chunk_extension_name_complete = nullptr,
    .on_chunk_extension_value_complete = nullptr,
    .on_chunk_header =
        [](llhttp::Raw* raw) {
          Parser::Of(raw)->header_read = 0;
          Parser::Of(raw)->extensions_read = 0;
          return 0;
        },
    .on_chunk_complete =
        [](llhttp::Raw* raw) {
          Parser::Of(raw)->header_read = 0;
          return 0;
        },
    .on_reset = nullptr,
};

}  // namespace vivarium::http_parser
