// Bytes to text and text to bytes, as Node's Buffer defines them.
#pragma once

#include "helper.h"
#include "text-room.h"
#include "text-vectors.h"

namespace vivarium {

// The numbers of Node's encodings, as its JavaScript passes them.
enum Encoding : int { kAscii, kUtf8, kBase64, kUcs2, kLatin1, kHex, kBuffer, kBase64Url };
constexpr int kEncodingCount = 8;

// Empty with an exception pending when the text would be too long for V8.
MaybeLocal<String> Decode(Isolate* isolate, Encoding encoding, const uint8_t* data, size_t size);

// The same for UTF-8 that has been found well-formed.
MaybeLocal<String> DecodeWholeUtf8(Isolate* isolate, const uint8_t* data, size_t size);

// Writes as much of the text as fits (never part of a character) and returns the bytes written.
size_t EncodeInto(Isolate* isolate, Encoding encoding, Local<String> text, uint8_t* out, size_t capacity);

// The text of a filler, which gets room for `size` bytes and writes all of them. Empty with an exception pending when that
// is too long.
template <typename Filler>
MaybeLocal<String> BuiltText(Isolate* isolate, size_t size, Filler fill) {
  TextRoom<uint8_t> room(isolate, size);
  if (!room.Reserve()) return {};
  fill(room.data());
  return room.Finish();
}

size_t Base64Size(size_t size, bool url);
void EncodeBase64(const uint8_t* data, size_t size, uint8_t* out, bool url);

// How many bytes the text needs at most in an encoding.
size_t EncodedBound(Isolate* isolate, Encoding encoding, Local<String> text);

// The value of each base64 or base64url digit, or -1.
struct Base64Digits {
  int8_t of[256];
  constexpr Base64Digits() : of() {
    for (int at = 0; at < 256; at++) of[at] = -1;
    for (int at = 0; at < 26; at++) {
      of['A' + at] = static_cast<int8_t>(at);
      of['a' + at] = static_cast<int8_t>(at + 26);
    }
    for (int at = 0; at < 10; at++) of['0' + at] = static_cast<int8_t>(at + 52);
    of['+'] = of['-'] = 62;
    of['/'] = of['_'] = 63;
  }
};
inline constexpr Base64Digits kBase64Digits{};

inline int Base64Digit(uint8_t character) { return kBase64Digits.of[character]; }

// The three bytes of four digits, as one number; negative where one of them is none.
template <typename Character>
inline int32_t Base64Group(const Character* text) {
  int32_t a = Base64Digit(static_cast<uint8_t>(text[0]));
  int32_t b = Base64Digit(static_cast<uint8_t>(text[1]));
  int32_t c = Base64Digit(static_cast<uint8_t>(text[2]));
  int32_t d = Base64Digit(static_cast<uint8_t>(text[3]));
  if ((a | b | c | d) < 0) return -1;
  return a << 18 | b << 12 | c << 6 | d;
}

// Whether four characters may be digits of base64 alone.
template <typename Character>
inline bool IsPlainGroup(const Character* text) {
  for (int at = 0; at < 4; at++) {
    if (text[at] > 0x7F || text[at] == '-' || text[at] == '_') return false;
  }
  return true;
}

inline void WriteBase64Group(int32_t group, uint8_t* out) {
  out[0] = static_cast<uint8_t>(group >> 16);
  out[1] = static_cast<uint8_t>(group >> 8);
  out[2] = static_cast<uint8_t>(group);
}

// Whole groups of digits, up to the first character that is none: how many digits have been read. Digits of base64url
// count where `either` says so.
template <typename Character>
size_t ReadBase64Groups(const Character* text, size_t length, uint8_t* out, size_t capacity, bool either) {
  size_t i = text_vectors::DecodeBase64(text, length, out, capacity, either);
  for (size_t written = i / 4 * 3; i + 4 <= length && written + 3 <= capacity; i += 4, written += 3) {
    int32_t group = either || IsPlainGroup(text + i) ? Base64Group(text + i) : -1;
    if (group < 0) break;
    WriteBase64Group(group, out + written);
  }
  return i;
}

// Bytes of a text in memory of their own.
class Encoded {
 public:
  ~Encoded() { std::free(data_); }
  Encoded() = default;
  Encoded(const Encoded&) = delete;
  void operator=(const Encoded&) = delete;
  // False when memory is short.
  bool Fill(Isolate* isolate, Encoding encoding, Local<String> text);
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace vivarium
