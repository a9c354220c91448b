// Buffer's text: slices, writes, and what isUtf8, atob and btoa ask.
#include "text-codec.h"

namespace vivarium::buffer_text {

namespace {

void ThrowNotBuffer(Isolate* isolate) {
  ThrowCoded(isolate, 'T', "ERR_INVALID_ARG_TYPE", "argument must be a buffer");
}

void ThrowIndex(Isolate* isolate) {
  ThrowCoded(isolate, 'R', "ERR_OUT_OF_RANGE", "Index out of range");
}

// (view, start, end) to text.
template <Encoding encoding>
void Slice(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!args[0]->IsArrayBufferView()) return ThrowNotBuffer(isolate);
  size_t start;
  size_t end;
  // Conversion may run the guest's code, which may resize the buffer: measure afterwards.
  if (!IndexArgument(context, args[1], 0, &start) || !IndexArgument(context, args[2], SIZE_MAX, &end)) return;
  ReadBytes bytes;
  bytes.Open(args[0], start, end < start ? start : end);
  if (bytes.failed()) return ThrowOutOfMemory(isolate);
  if (start > bytes.whole() || (end > bytes.whole() && !args[2]->IsUndefined())) return ThrowIndex(isolate);
  Local<String> text;
  if (Decode(isolate, encoding, bytes.data(), bytes.size()).ToLocal(&text)) args.GetReturnValue().Set(text);
}

// (view, text, offset, length) to the number of bytes written.
template <Encoding encoding>
void Write(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!args[0]->IsArrayBufferView()) return ThrowNotBuffer(isolate);
  if (!args[1]->IsString()) {
    return ThrowCoded(isolate, 'T', "ERR_INVALID_ARG_TYPE", "argument must be a string");
  }
  size_t offset;
  size_t length;
  if (!IndexArgument(context, args[2], 0, &offset) || !IndexArgument(context, args[3], SIZE_MAX, &length)) return;
  WriteBytes bytes;
  bytes.Open(args[0]);
  if (offset > bytes.size) {
    return ThrowCoded(isolate, 'R', "ERR_BUFFER_OUT_OF_BOUNDS", "\"offset\" is outside of buffer bounds");
  }
  if (length > bytes.size - offset) length = bytes.size - offset;
  if (length == 0) return args.GetReturnValue().Set(0);
  size_t written = EncodeInto(isolate, encoding, args[1].As<String>(), bytes.data + offset, length);
  args.GetReturnValue().Set(static_cast<double>(written));
}

void ByteLengthUtf8(const Info& args) {
  if (!args[0]->IsString()) return ThrowTypeError(args.GetIsolate(), "byteLengthUtf8 takes a string");
  args.GetReturnValue().Set(static_cast<double>(args[0].As<String>()->Utf8LengthV2(args.GetIsolate())));
}

template <bool (*test)(const uint8_t*, size_t)>
void Test(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  ReadBytes bytes;
  if (!bytes.Open(args[0])) return ThrowNotBuffer(isolate);
  if (bytes.failed()) return ThrowOutOfMemory(isolate);
  args.GetReturnValue().Set(test(bytes.data(), bytes.size()));
}

// Units that are bytes each, though V8 keeps them in two. False when memory is short.
bool EncodeWide(const uint16_t* units, size_t length, uint8_t* out) {
  auto* bytes = static_cast<uint8_t*>(std::malloc(length + 1));
  if (bytes == nullptr) return false;
  for (size_t i = 0; i < length; i++) bytes[i] = static_cast<uint8_t>(units[i]);
  EncodeBase64(bytes, length, out, false);
  std::free(bytes);
  return true;
}

// The text, or -1 when a character is beyond Latin-1.
void Btoa(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[0]->IsString()) return ThrowTypeError(isolate, "btoa takes a string");
  Local<String> input = args[0].As<String>();
  if (!input->ContainsOnlyOneByte()) return args.GetReturnValue().Set(-1);
  TextRoom<uint8_t> room(isolate, Base64Size(static_cast<size_t>(input->Length()), false));
  if (!room.Reserve()) return;
  {
    String::ValueView view(isolate, input);
    if (view.is_one_byte()) {
      EncodeBase64(view.data8(), view.length(), room.data(), false);
    } else if (!EncodeWide(view.data16(), view.length(), room.data())) {
      return ThrowOutOfMemory(isolate);
    }
  }
  Local<String> text;
  if (room.Finish().ToLocal(&text)) args.GetReturnValue().Set(text);
}

enum AtobFailure : int { kNone = 0, kSingleCharacterRemained = -1, kInvalidCharacter = -2 };

// The WHATWG's forgiving-base64 decode.
template <typename Character>
AtobFailure AtobInto(const Character* text, size_t length, uint8_t* out, size_t capacity, size_t* written) {
  size_t digits = 0;
  size_t padding = 0;
  uint32_t group = 0;
  for (size_t i = 0; i < length; i++) {
    if (digits % 4 == 0 && padding == 0) {
      size_t read = ReadBase64Groups(text + i, length - i, out + *written, capacity - *written, false);
      i += read;
      digits += read;
      *written += read / 4 * 3;
      if (i >= length) break;
    }
    Character character = text[i];
    if (character == ' ' || character == '\t' || character == '\n' || character == '\f' || character == '\r') continue;
    if (character == '=') {
      if (++padding > 2) return kInvalidCharacter;
      continue;
    }
    int digit = character > 0x7F || character == '-' || character == '_' ? -1 : Base64Digit(static_cast<uint8_t>(character));
    if (digit < 0 || padding > 0) return kInvalidCharacter;
    group = group << 6 | static_cast<uint32_t>(digit);
    if (++digits % 4 != 1) {
      size_t place = digits % 4;
      out[(*written)++] = static_cast<uint8_t>(group >> (place == 2 ? 4 : place == 3 ? 2 : 0));
    }
  }
  if (padding > 0 && (digits + padding) % 4 != 0) return kInvalidCharacter;
  if (padding > 0 && digits % 4 < 2) return kInvalidCharacter;
  return digits % 4 == 1 ? kSingleCharacterRemained : kNone;
}

// The text, or the number of Node's failure.
void Atob(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[0]->IsString()) return ThrowTypeError(isolate, "atob takes a string");
  Local<String> input = args[0].As<String>();
  const size_t capacity = static_cast<size_t>(input->Length()) + 1;
  auto* out = static_cast<uint8_t*>(std::malloc(capacity));
  if (out == nullptr) return ThrowOutOfMemory(isolate);
  size_t written = 0;
  AtobFailure failure;
  {
    String::ValueView view(isolate, input);
    failure = view.is_one_byte() ? AtobInto(view.data8(), view.length(), out, capacity, &written)
                                 : AtobInto(view.data16(), view.length(), out, capacity, &written);
  }
  Local<String> text;
  if (failure != kNone) {
    args.GetReturnValue().Set(static_cast<int>(failure));
  } else if (Decode(isolate, kLatin1, out, written).ToLocal(&text)) {
    args.GetReturnValue().Set(text);
  }
  std::free(out);
}

}  // namespace

void Register(State* state, Local<Object> topic) {
  static constexpr Entry kEntries[] = {
      {"byteLengthUtf8", ByteLengthUtf8, 1},
      {"asciiSlice", Slice<kAscii>, 3},
      {"base64Slice", Slice<kBase64>, 3},
      {"base64urlSlice", Slice<kBase64Url>, 3},
      {"latin1Slice", Slice<kLatin1>, 3},
      {"hexSlice", Slice<kHex>, 3},
      {"ucs2Slice", Slice<kUcs2>, 3},
      {"utf8Slice", Slice<kUtf8>, 3},
      {"asciiWriteStatic", Write<kLatin1>, 4},
      {"latin1WriteStatic", Write<kLatin1>, 4},
      {"utf8WriteStatic", Write<kUtf8>, 4},
      {"base64Write", Write<kBase64>, 4},
      {"base64urlWrite", Write<kBase64Url>, 4},
      {"hexWrite", Write<kHex>, 4},
      {"ucs2Write", Write<kUcs2>, 4},
      {"isUtf8", Test<text_vectors::IsUtf8>, 1},
      {"isAscii", Test<text_vectors::IsAscii>, 1},
      {"atob", Atob, 1},
      {"btoa", Btoa, 1},
  };
  Install(state, topic, kEntries);
}

}  // namespace vivarium::buffer_text
