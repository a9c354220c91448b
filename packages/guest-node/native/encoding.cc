// TextEncoder and TextDecoder for UTF-8 and windows-1252.
#include "text-codec.h"

namespace vivarium::encoding {

namespace {

// What windows-1252 shows for each byte: from 0x80 to 0x9F its own, the rest is Latin-1.
struct Windows1252Units {
  uint16_t of[256];
  constexpr Windows1252Units() : of() {
    constexpr uint16_t kOwn[32] = {
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
    };
    for (int at = 0; at < 256; at++) of[at] = static_cast<uint16_t>(at);
    for (int at = 0; at < 32; at++) of[0x80 + at] = kOwn[at];
  }
};
constexpr Windows1252Units kWindows1252{};

// (text, destination, results): results, a Uint32Array, gets UTF-16 units read and bytes written.
void EncodeInto(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  WriteBytes destination;
  WriteBytes results;
  if (!args[0]->IsString() || !args[1]->IsUint8Array() || !args[2]->IsUint32Array() || !results.Open(args[2]) ||
      results.size < 8) {
    return ThrowTypeError(isolate, "encodeInto takes a string, a Uint8Array and a Uint32Array of two");
  }
  destination.Open(args[1]);
  size_t read = 0;
  size_t written = 0;
  if (destination.size > 0) {
    written = args[0].As<String>()->WriteUtf8V2(isolate, reinterpret_cast<char*>(destination.data), destination.size,
                                                String::WriteFlags::kReplaceInvalidUtf8, &read);
  }
  const uint32_t both[2] = {static_cast<uint32_t>(read), static_cast<uint32_t>(written)};
  std::memcpy(results.data, both, sizeof both);
}

void EncodeUtf8String(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[0]->IsString()) return ThrowTypeError(isolate, "encodeUtf8String takes a string");
  Local<String> text = args[0].As<String>();
  size_t size = text->Utf8LengthV2(isolate);
  long_memory::Expect(isolate, size);
  Local<ArrayBuffer> buffer;
  if (!ArrayBuffer::MaybeNew(isolate, size).ToLocal(&buffer)) {
    return ThrowRangeError(isolate, "Array buffer allocation failed");
  }
  if (size > 0) {
    text->WriteUtf8V2(isolate, static_cast<char*>(buffer->Data()), size, String::WriteFlags::kReplaceInvalidUtf8);
  }
  args.GetReturnValue().Set(Uint8Array::New(buffer, 0, size));
}

void ThrowNotBytes(Isolate* isolate) {
  ThrowCoded(isolate, 'T', "ERR_INVALID_ARG_TYPE",
             "The \"list\" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.");
}

// (bytes, ignoreBOM, fatal) with the replacements of the WHATWG's decoder.
void DecodeUtf8(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  ReadBytes bytes;
  if (!bytes.Open(args[0])) return ThrowNotBytes(isolate);
  if (bytes.failed()) return ThrowOutOfMemory(isolate);
  const uint8_t* data = bytes.data();
  size_t size = bytes.size();
  bool ignore_bom = args[1]->BooleanValue(isolate);
  const bool fatal = args[2]->BooleanValue(isolate);
  if (fatal && !text_vectors::IsUtf8(data, size)) {
    return ThrowCoded(isolate, 'T', "ERR_ENCODING_INVALID_ENCODED_DATA",
                      "The encoded data was not valid for encoding utf-8");
  }
  if (!ignore_bom && size >= 3 && std::memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
    data += 3;
    size -= 3;
  }
  Local<String> text;
  if ((fatal ? DecodeWholeUtf8(isolate, data, size) : Decode(isolate, kUtf8, data, size)).ToLocal(&text)) args.GetReturnValue().Set(text);
}

// Text of two bytes each, once one of them is beyond Latin-1.
MaybeLocal<String> Windows1252(Isolate* isolate, const uint8_t* data, size_t size) {
  bool plain = true;
  for (size_t i = 0; plain && i < size; i++) plain = data[i] < 0x80 || data[i] > 0x9F;
  if (plain) return Decode(isolate, kLatin1, data, size);
  TextRoom<uint16_t> room(isolate, size);
  if (!room.Reserve()) return {};
  for (size_t i = 0; i < size; i++) room.data()[i] = kWindows1252.of[data[i]];
  return room.Finish();
}

// The label "latin1" of the Encoding standard means windows-1252.
void DecodeLatin1(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  ReadBytes bytes;
  if (!bytes.Open(args[0])) return ThrowNotBytes(isolate);
  if (bytes.failed()) return ThrowOutOfMemory(isolate);
  Local<String> text;
  if (Windows1252(isolate, bytes.data(), bytes.size()).ToLocal(&text)) args.GetReturnValue().Set(text);
}

// Puts U+FFFD for every surrogate without its other half. Whether there were any.
bool MakeWellFormed(uint16_t* units, size_t length) {
  bool changed = false;
  for (size_t i = 0; i < length; i++) {
    if ((units[i] & 0xF800) != 0xD800) continue;
    if (units[i] < 0xDC00 && i + 1 < length && (units[i + 1] & 0xFC00) == 0xDC00) {
      i++;
    } else {
      units[i] = 0xFFFD;
      changed = true;
    }
  }
  return changed;
}

// (bytes, length, fatal) of UTF-16, least byte first: undefined where it is fatal that half a character is missing.
void DecodeUtf16(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  ReadBytes bytes;
  size_t length;
  if (!IndexArgument(isolate->GetCurrentContext(), args[1], SIZE_MAX, &length)) return;
  if (!bytes.Open(args[0], 0, length)) return ThrowNotBytes(isolate);
  if (bytes.failed()) return ThrowOutOfMemory(isolate);
  TextRoom<uint16_t> room(isolate, bytes.size() / 2);
  if (!room.Reserve()) return;
  std::memcpy(room.data(), bytes.data(), bytes.size() / 2 * 2);
  if (MakeWellFormed(room.data(), bytes.size() / 2) && args[2]->BooleanValue(isolate)) return;
  Local<String> text;
  if (room.Finish().ToLocal(&text)) args.GetReturnValue().Set(text);
}

// Well-formed UTF-8 to bytes of UTF-16, least byte first; undefined of other bytes.
void Utf8ToUtf16(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  ReadBytes bytes;
  if (!bytes.Open(args[0])) return ThrowNotBytes(isolate);
  if (bytes.failed()) return ThrowOutOfMemory(isolate);
  if (!text_vectors::IsUtf8(bytes.data(), bytes.size())) return;
  const size_t units = text_vectors::Utf16Units(bytes.data(), bytes.size());
  long_memory::Expect(isolate, units * 2);
  Local<ArrayBuffer> buffer;
  if (!ArrayBuffer::MaybeNew(isolate, units * 2).ToLocal(&buffer)) {
    return ThrowRangeError(isolate, "Array buffer allocation failed");
  }
  if (units > 0) {
    text_vectors::Utf8ToUtf16(bytes.data(), bytes.size(), static_cast<uint16_t*>(buffer->Data()), units);
  }
  args.GetReturnValue().Set(Uint8Array::New(buffer, 0, units * 2));
}

void ToUsvString(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<String> input;
  if (!args[0]->ToString(isolate->GetCurrentContext()).ToLocal(&input)) return;
  auto length = static_cast<uint32_t>(input->Length());
  if (input->IsOneByte() || length == 0) return args.GetReturnValue().Set(input);
  auto* units = static_cast<uint16_t*>(std::malloc(length * sizeof(uint16_t)));
  if (units == nullptr) return ThrowOutOfMemory(isolate);
  input->WriteV2(isolate, 0, length, units);
  Local<String> text = input;
  if (!MakeWellFormed(units, length) ||
      String::NewFromTwoByte(isolate, units, NewStringType::kNormal, static_cast<int>(length)).ToLocal(&text)) {
    args.GetReturnValue().Set(text);
  }
  std::free(units);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"encodeInto", EncodeInto, 3},
      {"encodeUtf8String", EncodeUtf8String, 1},
      {"decodeUTF8", DecodeUtf8, 3},
      {"decodeLatin1", DecodeLatin1, 1},
      {"decodeUtf16", DecodeUtf16, 3},
      {"utf8ToUtf16", Utf8ToUtf16, 1},
      {"toUSVString", ToUsvString, 1},
  };
  Install(state, Topic(state, target, "encoding"), kEntries);
}

}  // namespace vivarium::encoding
