// Text from bytes that arrive in pieces. The state between pieces lives in a buffer of the guest's own
// (Node's JavaScript reads it), so every number in it is checked before use.
#include "text-codec.h"

namespace vivarium::string_decoder {

namespace {

enum Field : int { kIncompleteStart = 0, kIncompleteEnd = 4, kMissingBytes = 4, kBufferedBytes = 5, kEncodingField = 6, kSize = 7 };

// A copy of the guest's state, worked on and then written back.
struct Pending {
  uint8_t bytes[4];
  size_t missing;
  size_t buffered;
  Encoding encoding;

  bool Load(Local<Value> value) {
    WriteBytes state;
    if (!value->IsArrayBufferView() || !state.Open(value) || state.size < kSize) return false;
    std::memcpy(bytes, state.data, 4);
    missing = state.data[kMissingBytes];
    buffered = state.data[kBufferedBytes];
    int number = state.data[kEncodingField];
    if (number >= kEncodingCount || buffered > 4 || missing > 4 || buffered + missing > 4) return false;
    encoding = static_cast<Encoding>(number);
    return true;
  }

  void Store(Local<Value> value) const {
    WriteBytes state;
    if (!state.Open(value) || state.size < kSize) return;
    std::memcpy(state.data, bytes, 4);
    state.data[kMissingBytes] = static_cast<uint8_t>(missing);
    state.data[kBufferedBytes] = static_cast<uint8_t>(buffered);
  }
};

// How many bytes at the end belong to a UTF-8 character that is not finished, and how many it still needs.
size_t Utf8Tail(const uint8_t* data, size_t size, size_t* missing) {
  *missing = 0;
  for (size_t back = 1; back <= 4 && back <= size; back++) {
    uint8_t byte = data[size - back];
    if ((byte & 0xC0) == 0x80) continue;
    size_t needed = (byte & 0xE0) == 0xC0 ? 2 : (byte & 0xF0) == 0xE0 ? 3 : (byte & 0xF8) == 0xF0 ? 4 : 1;
    if (needed <= back) return 0;
    // A second byte that cannot follow ends the character already: nothing to wait for.
    *missing = needed - back;
    return back;
  }
  return 0;
}

size_t Tail(Encoding encoding, const uint8_t* data, size_t size, size_t* missing) {
  *missing = 0;
  if (encoding == kUtf8) return size > 0 && (data[size - 1] & 0x80) != 0 ? Utf8Tail(data, size, missing) : 0;
  if (encoding == kUcs2) {
    if (size % 2 == 1) {
      *missing = 1;
      return 1;
    }
    if (size >= 2 && (data[size - 1] & 0xFC) == 0xD8) {
      *missing = 2;
      return 2;
    }
    return 0;
  }
  if (encoding == kBase64 || encoding == kBase64Url) {
    size_t rest = size % 3;
    if (rest != 0) *missing = 3 - rest;
    return rest;
  }
  return 0;
}

// Moves bytes of the new piece to the unfinished character. True when it is finished (or broken).
bool Complete(Pending* pending, const uint8_t** data, size_t* size) {
  while (pending->missing > 0 && *size > 0) {
    if (pending->encoding == kUtf8 && ((*data)[0] & 0xC0) != 0x80) {
      // Not a continuation: the character is broken off and the new byte starts afresh.
      pending->missing = 0;
      break;
    }
    pending->bytes[pending->buffered++] = (*data)[0];
    pending->missing--;
    (*data)++;
    (*size)--;
  }
  return pending->missing == 0;
}

void Decode(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Pending pending;
  if (!pending.Load(args[0])) return ThrowTypeError(isolate, "decode takes the state of a string decoder");
  ReadBytes piece;
  if (!piece.Open(args[1])) {
    return ThrowCoded(isolate, 'T', "ERR_INVALID_ARG_TYPE",
                      "The \"buf\" argument must be an instance of Buffer, TypedArray, or DataView.");
  }
  if (piece.failed()) return ThrowOutOfMemory(isolate);
  const uint8_t* data = piece.data();
  size_t size = piece.size();
  Local<String> head = String::Empty(isolate);
  if (pending.missing > 0) {
    bool complete = Complete(&pending, &data, &size);
    if (complete) {
      if (!vivarium::Decode(isolate, pending.encoding, pending.bytes, pending.buffered).ToLocal(&head)) return;
      pending.buffered = 0;
    }
  }
  Local<String> body = String::Empty(isolate);
  if (size > 0) {
    size_t tail = Tail(pending.encoding, data, size, &pending.missing);
    std::memcpy(pending.bytes, data + size - tail, tail);
    pending.buffered = tail;
    if (!vivarium::Decode(isolate, pending.encoding, data, size - tail).ToLocal(&body)) return;
  }
  pending.Store(args[0]);
  Local<String> text = head->Length() == 0 ? body : String::Concat(isolate, head, body);
  if (text.IsEmpty()) return ThrowStringTooLong(isolate);
  args.GetReturnValue().Set(text);
}

void Flush(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Pending pending;
  if (!pending.Load(args[0])) return ThrowTypeError(isolate, "flush takes the state of a string decoder");
  size_t size = pending.buffered;
  if (pending.encoding == kUcs2) size -= size % 2;
  pending.missing = 0;
  pending.buffered = 0;
  pending.Store(args[0]);
  Local<String> text;
  if (vivarium::Decode(isolate, pending.encoding, pending.bytes, size).ToLocal(&text)) args.GetReturnValue().Set(text);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {{"decode", Decode, 2}, {"flush", Flush, 1}};
  static constexpr Constant kConstants[] = {
      {"kIncompleteCharactersStart", kIncompleteStart},
      {"kIncompleteCharactersEnd", kIncompleteEnd},
      {"kMissingBytes", kMissingBytes},
      {"kBufferedBytes", kBufferedBytes},
      {"kEncodingField", kEncodingField},
      {"kNumFields", kSize},
      {"kSize", kSize},
  };
  Isolate* isolate = state->isolate;
  Local<Context> context = state->context.Get(isolate);
  Local<Object> topic = Topic(state, target, "stringDecoder");
  Install(state, topic, kEntries);
  Install(state, topic, kConstants);
  // In the order of the numbers.
  Local<Value> names[kEncodingCount] = {Text(isolate, "ascii"),  Text(isolate, "utf8"), Text(isolate, "base64"),
                                        Text(isolate, "utf16le"), Text(isolate, "latin1"), Text(isolate, "hex"),
                                        Text(isolate, "buffer"), Text(isolate, "base64url")};
  topic->CreateDataProperty(context, Text(isolate, "encodings"), Array::New(isolate, names, kEncodingCount)).Check();
}

}  // namespace vivarium::string_decoder
