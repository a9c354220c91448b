// Stack traces and the place in the source where an error was born.
#include "helper.h"

namespace vivarium {

namespace {

// Columns beyond this get no arrow: the message would be one endless line of spaces.
constexpr int kMaxArrowColumn = 1 << 16;

struct Span {
  int line;
  int start;
  int end;
};

// Where in its own source line a message points, without the offset of the wrapper it was compiled in.
Span SpanOf(Local<Context> context, Local<Message> message) {
  Span span{message->GetLineNumber(context).FromMaybe(0), message->GetStartColumn(context).FromMaybe(0),
            message->GetEndColumn(context).FromMaybe(0)};
  ScriptOrigin origin = message->GetScriptOrigin();
  // Offsets are a program's own, any 32-bit number.
  int64_t line = static_cast<int64_t>(span.line) - origin.LineOffset();
  int64_t wrapper = line == 1 ? origin.ColumnOffset() : 0;
  int64_t start = span.start - wrapper;
  int64_t end = span.end - wrapper;
  if (start >= 0 && start <= INT32_MAX && end <= INT32_MAX) {
    span.start = static_cast<int>(start);
    span.end = static_cast<int>(end);
  }
  if (span.end <= span.start && span.start < INT32_MAX) span.end = span.start + 1;
  return span;
}

Local<String> Join(Isolate* isolate, Local<String> left, Local<String> right) {
  if (left.IsEmpty() || right.IsEmpty()) return {};
  return String::Concat(isolate, left, right);
}

// Blanks up to the start column, with the line's own tabs, then a caret for every column of the span.
Local<String> Underline(Isolate* isolate, Local<String> line, const Span& span) {
  int end = span.end > line->Length() + 1 ? line->Length() + 1 : span.end;
  if (span.start < 0 || span.start > line->Length() || end > kMaxArrowColumn || end <= span.start) return {};
  auto* columns = static_cast<uint16_t*>(std::malloc(sizeof(uint16_t) * static_cast<size_t>(end)));
  if (columns == nullptr) return {};
  line->WriteV2(isolate, 0, static_cast<uint32_t>(span.start), columns);
  for (int i = 0; i < end; i++) columns[i] = i >= span.start ? '^' : columns[i] == '\t' ? '\t' : ' ';
  Local<String> text;
  bool made = String::NewFromTwoByte(isolate, columns, NewStringType::kNormal, end).ToLocal(&text);
  std::free(columns);
  return made ? text : Local<String>();
}

// The mark of Node's library on lines that are not to be shown.
constexpr const char* kNotShown = "node-do-not-add-exception-line";
// Longer lines bear no mark: the library has none.
constexpr int kMaxMarkedLine = 1 << 12;

bool IsNotShown(Isolate* isolate, Local<String> line) {
  if (line->Length() > kMaxMarkedLine) return false;
  String::Utf8Value text(isolate, line);
  return *text != nullptr && std::strstr(*text, kNotShown) != nullptr;
}

// The name under which guest-side code is compiled: its lines are nobody's business.
bool IsOurs(Isolate* isolate, Local<Value> resource) {
  return resource->IsString() && resource.As<String>()->StringEquals(Text(isolate, "node:internal/vivarium"));
}

// "file:line\nsource\n   ^^^\n", or empty where there is nothing to show. Of ours, the place without the source.
Local<String> ArrowText(Local<Context> context, Local<Message> message) {
  Isolate* isolate = context->GetIsolate();
  Local<String> line;
  if (message.IsEmpty() || !message->GetSourceLine(context).ToLocal(&line) || IsNotShown(isolate, line)) return {};
  Local<Value> resource = message->GetScriptResourceName();
  Local<String> file = resource->IsString() ? resource.As<String>() : String::Empty(isolate);
  Span span = SpanOf(context, message);
  char number[24];
  std::snprintf(number, sizeof number, ":%d\n", span.line);
  Local<String> newline = Text(isolate, "\n");
  Local<String> place = Join(isolate, file, Text(isolate, number));
  if (IsOurs(isolate, resource)) return place;
  Local<String> text = Join(isolate, place, Join(isolate, line, newline));
  Local<String> underline = Underline(isolate, line, span);
  if (underline.IsEmpty()) return text;
  return Join(isolate, text, Join(isolate, underline, newline));
}

void SetArrow(Local<Context> context, Local<Value> error, Local<Message> message) {
  Isolate* isolate = context->GetIsolate();
  if (!error->IsObject() || error->IsProxy()) return;
  Local<Object> object = error.As<Object>();
  Local<Private> symbol = ArrowSymbol(isolate);
  if (object->HasPrivate(context, symbol).FromMaybe(true)) return;
  if (message.IsEmpty() || IsOurs(isolate, message->GetScriptResourceName())) return;
  Local<String> text = ArrowText(context, message);
  if (!text.IsEmpty()) object->SetPrivate(context, symbol, text).IsNothing();
}

void PutArrowOnStack(Local<Context> context, Local<Object> error) {
  Isolate* isolate = context->GetIsolate();
  Local<Value> arrow;
  Local<Value> stack;
  if (error->HasPrivate(context, DecoratedSymbol(isolate)).FromMaybe(true) ||
      !error->GetPrivate(context, ArrowSymbol(isolate)).ToLocal(&arrow) || !arrow->IsString() ||
      !error->Get(context, Text(isolate, "stack")).ToLocal(&stack) || !stack->IsString()) {
    return;
  }
  Local<String> head = Join(isolate, arrow.As<String>(), Text(isolate, "\n"));
  Local<String> decorated = Join(isolate, head, stack.As<String>());
  if (decorated.IsEmpty() || error->Set(context, Text(isolate, "stack"), decorated).IsNothing()) return;
  (void)error->SetPrivate(context, DecoratedSymbol(isolate), True(isolate)).IsNothing();
}

}  // namespace

void AttachArrow(Local<Context> context, const TryCatch& caught) {
  if (!caught.HasCaught() || caught.HasTerminated()) return;
  SetArrow(context, caught.Exception(), caught.Message());
}

void DecorateStack(Local<Context> context, const TryCatch& caught) {
  if (!caught.HasCaught() || caught.HasTerminated()) return;
  AttachArrow(context, caught);
  Isolate* isolate = context->GetIsolate();
  // What the error's own accessors throw is nobody's; that they ended the guest stays true.
  TryCatch ignored(isolate);
  if (caught.Exception()->IsObject() && !caught.Exception()->IsProxy()) {
    PutArrowOnStack(context, caught.Exception().As<Object>());
  }
  if (ignored.HasTerminated()) isolate->TerminateExecution();
}

namespace errors {

namespace {

MaybeLocal<Value> PrepareStackTrace(Local<Context> context, Local<Value> error, Local<Array> sites) {
  Isolate* isolate = Isolate::GetCurrent();
  State* state = State::Of(context);
  if (state == nullptr || !state->has_hook(Hook::kPrepareStackTrace)) return String::Empty(isolate);
  Local<Value> args[] = {context->Global(), error, sites};
  return state->hook(Hook::kPrepareStackTrace)->Call(context, Undefined(isolate), 3, args);
}

void SetPrepareStackTraceCallback(const Info& args) {
  State* state = State::Of(args);
  if (!args[0]->IsFunction()) {
    return ThrowTypeError(args.GetIsolate(), "setPrepareStackTraceCallback takes a function");
  }
  state->hooks[static_cast<int>(Hook::kPrepareStackTrace)].Reset(state->isolate, args[0].As<Function>());
  state->isolate->SetPrepareStackTraceCallback(PrepareStackTrace);
}

// What nothing caught: thrown by a microtask or a finalizer. Without a listener V8 prints it to the
// process's own stdout, which is not the guest's.
void OnMessage(Local<Message> message, Local<Value> error) {
  Isolate* isolate = Isolate::GetCurrent();
  if (message->ErrorLevel() != Isolate::kMessageError || isolate->IsExecutionTerminating()) return;
  HandleScope scope(isolate);
  State* state = State::Of(isolate->GetCurrentContext());
  if (state == nullptr || !state->has_hook(Hook::kUncaught)) return;
  Local<Context> context = state->context.Get(isolate);
  Context::Scope entered(context);
  // V8 lets nothing out of a listener: that execution ends must be asked for anew.
  TryCatch caught(isolate);
  (void)state->hook(Hook::kUncaught)->Call(context, Undefined(isolate), 1, &error).IsEmpty();
  if (caught.HasTerminated()) isolate->TerminateExecution();
}

void SetUncaughtCallback(const Info& args) {
  State* state = State::Of(args);
  if (!args[0]->IsFunction()) return ThrowTypeError(args.GetIsolate(), "setUncaughtCallback takes a function");
  state->hooks[static_cast<int>(Hook::kUncaught)].Reset(state->isolate, args[0].As<Function>());
}

void GetErrorSourcePositions(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Message> message = Exception::CreateMessage(isolate, args[0]);
  Local<String> line;
  Local<Value> source;
  if (!IsOurs(isolate, message->GetScriptResourceName()) && message->GetSourceLine(context).ToLocal(&line)) {
    source = line;
  } else {
    source = Undefined(isolate);
  }
  Span span = SpanOf(context, message);
  Local<Name> names[] = {Text(isolate, "sourceLine"), Text(isolate, "scriptResourceName"), Text(isolate, "lineNumber"),
                         Text(isolate, "startColumn"), Text(isolate, "endColumn")};
  Local<Value> values[] = {source, message->GetScriptResourceName(), Integer::New(isolate, span.line),
                           Integer::New(isolate, span.start), Integer::New(isolate, span.end)};
  args.GetReturnValue().Set(Object::New(isolate, Null(isolate), names, values, 5));
}

// The arrow message of any thrown value, by the place where it was created; undefined without a place.
void GetArrowMessage(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<String> text = ArrowText(context, Exception::CreateMessage(isolate, args[0]));
  if (!text.IsEmpty()) args.GetReturnValue().Set(text);
}

void SetArrowMessage(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  SetArrow(isolate->GetCurrentContext(), args[0], Exception::CreateMessage(isolate, args[0]));
}

// (callback): undefined when it returns, else [what it threw, the arrow message of the place that threw].
void CallCatching(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!args[0]->IsFunction()) return ThrowTypeError(isolate, "callCatching takes a function");
  TryCatch caught(isolate);
  if (!args[0].As<Function>()->Call(context, Undefined(isolate), 0, nullptr).IsEmpty()) return;
  if (caught.HasTerminated() || !caught.HasCaught()) {
    caught.ReThrow();
    return;
  }
  Local<Value> error = caught.Exception();
  Local<String> text = ArrowText(context, caught.Message());
  Local<String> line;
  // A line that is not to be shown is told from one that nobody knows.
  if (text.IsEmpty() && !caught.Message().IsEmpty() && caught.Message()->GetSourceLine(context).ToLocal(&line) &&
      IsNotShown(isolate, line)) {
    text = String::Empty(isolate);
  }
  caught.Reset();
  Local<Value> both[] = {error, text.IsEmpty() ? Undefined(isolate).As<Value>() : text.As<Value>()};
  args.GetReturnValue().Set(Array::New(isolate, both, 2));
}

void NoSideEffectsToString(const Info& args) {
  Local<String> text;
  if (args[0]->ToDetailString(args.GetIsolate()->GetCurrentContext()).ToLocal(&text)) args.GetReturnValue().Set(text);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"setPrepareStackTraceCallback", SetPrepareStackTraceCallback, 1},
      {"setUncaughtCallback", SetUncaughtCallback, 1},
      {"callCatching", CallCatching, 1},
      {"getErrorSourcePositions", GetErrorSourcePositions, 1},
      {"getArrowMessage", GetArrowMessage, 1},
      {"setArrowMessage", SetArrowMessage, 1},
      {"noSideEffectsToString", NoSideEffectsToString, 1},
  };
  Install(state, Topic(state, target, "errors"), kEntries);
  state->isolate->AddMessageListener(OnMessage);
}

}  // namespace errors
}  // namespace vivarium
