// Parsers of HTTP as functions over handles.
#include "http-parser.h"

namespace vivarium::http_parser {

namespace {

constexpr int kFields = 1;
constexpr size_t kMostParsers = 65536;
// What is parsed at a time, out of a copy: JavaScript that runs in between may do to the bytes what it likes.
constexpr size_t kPiece = 65536;

Parser* ParserOf(const Info& args) {
  State* state = State::Of(args);
  if (IsHandle(state->isolate, state->http_parser_handle, args[0], kFields)) {
    void* held = args[0].As<Object>()->GetAlignedPointerFromInternalField(0);
    if (held != nullptr) return static_cast<Parser*>(held);
  }
  ThrowTypeError(args.GetIsolate(), "a handle of a parser is needed");
  return nullptr;
}

// llhttp keeps addresses of the piece that it is at: nothing may begin another before it is through.
Parser* IdleParserOf(const Info& args) {
  Parser* parser = ParserOf(args);
  if (parser == nullptr || (parser->busy == 0 && parser->type != 0)) return parser;
  ThrowTypeError(args.GetIsolate(), "the parser is at work, or has not been initialized");
  return nullptr;
}

void IsAvailable(const Info& args) { args.GetReturnValue().Set(llhttp::IsUsable()); }

void Create(const Info& args) {
  State* state = State::Of(args);
  Isolate* isolate = state->isolate;
  Local<Context> context = isolate->GetCurrentContext();
  if (!llhttp::IsUsable()) return ThrowTypeError(isolate, "this Node has no parser of HTTP that is known here");
  if (!args[0]->IsFunction()) return ThrowTypeError(isolate, "a callback is needed");
  if (state->http_parsers >= kMostParsers) {
    isolate->LowMemoryNotification();
    if (state->http_parsers >= kMostParsers) return ThrowRangeError(isolate, "too many parsers at once");
  }
  Local<Object> handle;
  if (!NewHandle(context, state->http_parser_handle).ToLocal(&handle)) return;
  handle->SetAlignedPointerInInternalField(0, nullptr);
  if (handle->SetPrivate(context, state->http_callback_key.Get(isolate), args[0]).IsNothing()) return;
  auto* parser = new (std::nothrow) Parser(state);
  if (parser == nullptr) return ThrowOutOfMemory(isolate);
  args.GetReturnValue().Set(parser->Bind(handle));
}

void Initialize(const Info& args) {
  Parser* parser = ParserOf(args);
  if (parser == nullptr) return;
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  int32_t type;
  double max_header;
  uint32_t lenient;
  if (!args[1]->Int32Value(context).To(&type) || !args[2]->NumberValue(context).To(&max_header) ||
      !args[3]->Uint32Value(context).To(&lenient)) {
    return;
  }
  if (type != llhttp::kRequest && type != llhttp::kResponse) return ThrowTypeError(isolate, "a type is needed");
  if (parser->busy > 0) return ThrowTypeError(isolate, "the parser is at work");
  parser->Initialize(type, max_header, lenient);
}

// What it came to: the number of bytes that were parsed, or an array of that, a code and a reason.
void Answer(const Info& args, Parser* parser, int code, size_t parsed) {
  Isolate* isolate = args.GetIsolate();
  Local<Value> number = Number::New(isolate, static_cast<double>(parsed));
  if (code == llhttp::kOk || llhttp::llhttp_get_upgrade(parser->raw()) != 0) return args.GetReturnValue().Set(number);
  const char* reason = llhttp::llhttp_get_error_reason(parser->raw());
  if (reason == nullptr) reason = "";
  Local<String> name;
  const char* colon = code == llhttp::kUser ? std::strchr(reason, ':') : nullptr;
  if (colon != nullptr) {
    if (!String::NewFromUtf8(isolate, reason, NewStringType::kNormal, static_cast<int>(colon - reason)).ToLocal(&name))
      return;
    reason = colon + 1;
  } else {
    name = Text(isolate, llhttp::llhttp_errno_name(code));
  }
  Local<Value> all[] = {number, name, Text(isolate, reason)};
  args.GetReturnValue().Set(Array::New(isolate, all, 3));
}

void Execute(const Info& args) {
  Parser* parser = IdleParserOf(args);
  if (parser == nullptr) return;
  Isolate* isolate = args.GetIsolate();
  // The handle is on the stack of whoever called, so the parser stays while JavaScript runs.
  HandleScope scope(isolate);
  size_t whole = 0;
  {
    ReadBytes bytes;
    if (!bytes.Open(args[1], 0, 0)) return ThrowTypeError(isolate, "bytes are needed");
    whole = bytes.whole();
  }
  auto* piece = static_cast<char*>(std::malloc(whole < kPiece ? whole + 1 : kPiece));
  if (piece == nullptr) return ThrowOutOfMemory(isolate);
  parser->has_thrown = false;
  parser->busy++;
  size_t parsed = 0;
  int code = llhttp::kOk;
  bool is_first = true;
  while ((parsed < whole || is_first) && code == llhttp::kOk && !parser->has_thrown) {
    is_first = false;
    size_t length = whole - parsed < kPiece ? whole - parsed : kPiece;
    {
      ReadBytes bytes;
      if (!bytes.Open(args[1], parsed, parsed + length) || bytes.size() < length) length = 0;
      if (length > 0) std::memcpy(piece, bytes.data(), length);
    }
    if (length == 0 && whole > 0) break;
    code = llhttp::llhttp_execute(parser->raw(), piece, length);
    if (code == llhttp::kOk) {
      parsed += length;
      continue;
    }
    const char* position = llhttp::llhttp_get_error_pos(parser->raw());
    if (position >= piece && position <= piece + length) parsed += static_cast<size_t>(position - piece);
    if (code != llhttp::kPausedUpgrade) break;
    llhttp::llhttp_resume_after_upgrade(parser->raw());
    code = llhttp::kOk;
    break;
  }
  parser->busy--;
  std::free(piece);
  if (!parser->has_thrown) Answer(args, parser, code, parsed);
}

void Finish(const Info& args) {
  Parser* parser = IdleParserOf(args);
  if (parser == nullptr) return;
  HandleScope scope(args.GetIsolate());
  parser->has_thrown = false;
  parser->busy++;
  int code = llhttp::llhttp_finish(parser->raw());
  parser->busy--;
  if (!parser->has_thrown) Answer(args, parser, code, 0);
}

void Pause(const Info& args) {
  Parser* parser = ParserOf(args);
  if (parser == nullptr || parser->type == 0) return;
  if (args[1]->IsTrue()) llhttp::llhttp_pause(parser->raw());
  else llhttp::llhttp_resume(parser->raw());
}

void HeadersCompleted(const Info& args) {
  if (Parser* parser = ParserOf(args)) args.GetReturnValue().Set(parser->headers_completed);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"isAvailable", IsAvailable, 0}, {"create", Create, 1}, {"initialize", Initialize, 4},
      {"execute", Execute, 2},         {"finish", Finish, 1}, {"pause", Pause, 2},
      {"headersCompleted", HeadersCompleted, 1},
  };
  Isolate* isolate = state->isolate;
  state->http_parser_handle.Reset(isolate, NewHandleTemplate(isolate, kFields));
  // The callback lives on the handle under this key, so that no handle keeps itself alive through it.
  state->http_callback_key.Reset(isolate, Private::New(isolate, Text(isolate, "vivarium:http")));
  Install(state, Topic(state, target, "httpParser"), kEntries);
}

}  // namespace vivarium::http_parser
