// Bytes to text and text to bytes, as Node's Buffer defines them.
#pragma once

#include "helper.h"

namespace vivarium {

// The numbers of Node's encodings, as its JavaScript passes them.
enum Encoding : int { kAscii, kUtf8, kBase64, kUcs2, kLatin1, kHex, kBuffer, kBase64Url };
constexpr int kEncodingCount = 8;

// Empty with an exception pending when the text would be too long for V8.
MaybeLocal<String> Decode(Isolate* isolate, Encoding encoding, const uint8_t* data, size_t size);

// Writes as much of the text as fits (never part of a character) and returns the bytes written.
size_t EncodeInto(Isolate* isolate, Encoding encoding, Local<String> text, uint8_t* out, size_t capacity);

// How many bytes the text needs at most in an encoding.
size_t EncodedBound(Isolate* isolate, Encoding encoding, Local<String> text);

bool IsAsciiBytes(const uint8_t* data, size_t size);
bool IsUtf8Bytes(const uint8_t* data, size_t size);

// The value of a base64 or base64url digit, or -1.
int Base64Digit(uint8_t character);

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
