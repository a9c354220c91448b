#include "text-codec.h"

namespace vivarium {

namespace {

constexpr char kBase64Alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kBase64UrlAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Two digits of each number of twelve bits.
struct Base64Pairs {
  char of[4096][2];
  constexpr explicit Base64Pairs(const char* alphabet) : of() {
    for (int at = 0; at < 4096; at++) {
      of[at][0] = alphabet[at >> 6];
      of[at][1] = alphabet[at & 63];
    }
  }
};
constexpr Base64Pairs kBase64Pairs(kBase64Alphabet);
constexpr Base64Pairs kBase64UrlPairs(kBase64UrlAlphabet);

// The value of each digit, or -1.
struct HexDigits {
  int8_t of[256];
  constexpr HexDigits() : of() {
    for (int at = 0; at < 256; at++) of[at] = -1;
    for (int at = 0; at < 10; at++) of['0' + at] = static_cast<int8_t>(at);
    for (int at = 0; at < 6; at++) of['a' + at] = of['A' + at] = static_cast<int8_t>(at + 10);
  }
};
constexpr HexDigits kHexDigits{};

// Forgiving, as Node is: what is no digit is skipped, '=' ends the text, spare bits are dropped.
template <typename Character>
size_t Base64Decode(const Character* text, size_t length, uint8_t* out, size_t capacity) {
  size_t written = 0;
  uint32_t group = 0;
  int digits = 0;
  for (size_t i = 0; i < length && written < capacity; i++) {
    // Most text is whole groups of digits.
    if (digits == 0) {
      size_t read = ReadBase64Groups(text + i, length - i, out + written, capacity - written, true);
      i += read;
      written += read / 4 * 3;
      if (i >= length || written >= capacity) break;
    }
    auto character = static_cast<uint8_t>(text[i]);
    if (character == '=') break;
    int digit = Base64Digit(character);
    if (digit < 0) continue;
    group = group << 6 | static_cast<uint32_t>(digit);
    if (++digits == 1) continue;
    out[written++] = static_cast<uint8_t>(group >> (digits == 2 ? 4 : digits == 3 ? 2 : 0));
    if (digits == 4) {
      digits = 0;
      group = 0;
    }
  }
  return written;
}

template <typename Character>
size_t HexDecode(const Character* text, size_t length, uint8_t* out, size_t capacity) {
  size_t pairs = length / 2 < capacity ? length / 2 : capacity;
  for (size_t i = 0; i < pairs; i++) {
    int high = kHexDigits.of[static_cast<uint8_t>(text[2 * i])];
    int low = kHexDigits.of[static_cast<uint8_t>(text[2 * i + 1])];
    if ((high | low) < 0) return i;
    out[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return pairs;
}

MaybeLocal<String> FromOneByte(Isolate* isolate, const uint8_t* data, size_t size) {
  return TextRoom<uint8_t>::Copied(isolate, data, size);
}

MaybeLocal<String> FromUcs2(Isolate* isolate, const uint8_t* data, size_t size) {
  return TextRoom<uint16_t>::Copied(isolate, data, size / 2);
}

// V8 alone knows what becomes of bytes that are no UTF-8.
MaybeLocal<String> FromBrokenUtf8(Isolate* isolate, const uint8_t* data, size_t size) {
  Local<String> text;
  if (size > static_cast<size_t>(String::kMaxLength) ||
      !String::NewFromUtf8(isolate, reinterpret_cast<const char*>(data), NewStringType::kNormal,
                           static_cast<int>(size))
           .ToLocal(&text)) {
    ThrowStringTooLong(isolate);
    return {};
  }
  return text;
}

template <typename Unit>
MaybeLocal<String> FromWholeUtf8(Isolate* isolate, const uint8_t* data, size_t size, size_t units,
                                 void (*convert)(const uint8_t*, size_t, Unit*, size_t)) {
  TextRoom<Unit> room(isolate, units);
  if (!room.Reserve()) return {};
  convert(data, size, room.data(), units);
  return room.Finish();
}

MaybeLocal<String> FromUtf8(Isolate* isolate, const uint8_t* data, size_t size) {
  if (text_vectors::IsAscii(data, size)) return FromOneByte(isolate, data, size);
  return text_vectors::IsUtf8(data, size) ? DecodeWholeUtf8(isolate, data, size) : FromBrokenUtf8(isolate, data, size);
}

template <typename Character>
size_t DigitsInto(Encoding encoding, const Character* text, size_t length, uint8_t* out, size_t capacity) {
  return encoding == kHex ? HexDecode(text, length, out, capacity) : Base64Decode(text, length, out, capacity);
}

}  // namespace

size_t Base64Size(size_t size, bool url) {
  if (!url) return (size + 2) / 3 * 4;
  return size / 3 * 4 + (size % 3 == 0 ? 0 : size % 3 + 1);
}

void EncodeBase64(const uint8_t* data, size_t size, uint8_t* out, bool url) {
  const char* alphabet = url ? kBase64UrlAlphabet : kBase64Alphabet;
  const Base64Pairs& pairs = url ? kBase64UrlPairs : kBase64Pairs;
  size_t i = text_vectors::EncodeBase64(data, size, out, url);
  out += i / 3 * 4;
  for (; i + 2 < size; i += 3, out += 4) {
    uint32_t group = static_cast<uint32_t>(data[i]) << 16 | data[i + 1] << 8 | data[i + 2];
    std::memcpy(out, pairs.of[group >> 12], 2);
    std::memcpy(out + 2, pairs.of[group & 4095], 2);
  }
  size_t rest = size - i;
  if (rest == 0) return;
  uint32_t group = static_cast<uint32_t>(data[i]) << 16 | (rest == 2 ? data[i + 1] << 8 : 0);
  *out++ = alphabet[group >> 18];
  *out++ = alphabet[group >> 12 & 63];
  if (rest == 2) {
    *out++ = alphabet[group >> 6 & 63];
    if (!url) *out++ = '=';
  } else if (!url) {
    *out++ = '=';
    *out++ = '=';
  }
}

MaybeLocal<String> DecodeWholeUtf8(Isolate* isolate, const uint8_t* data, size_t size) {
  // The leads of characters beyond U+00FF are greater.
  constexpr uint8_t kLastLeadOfLatin1 = 0xC3;
  size_t units = text_vectors::Utf16Units(data, size);
  if (units == size) return FromOneByte(isolate, data, size);
  return text_vectors::IsAtMost(data, size, kLastLeadOfLatin1)
             ? FromWholeUtf8(isolate, data, size, units, text_vectors::Utf8ToLatin1)
             : FromWholeUtf8(isolate, data, size, units, text_vectors::Utf8ToUtf16);
}

MaybeLocal<String> Decode(Isolate* isolate, Encoding encoding, const uint8_t* data, size_t size) {
  switch (encoding) {
    case kUtf8:
    case kBuffer:
      return FromUtf8(isolate, data, size);
    case kLatin1:
      return FromOneByte(isolate, data, size);
    case kAscii:
      return BuiltText(isolate, size, [&](uint8_t* out) { text_vectors::MaskAscii(data, size, out); });
    case kUcs2:
      return FromUcs2(isolate, data, size);
    case kHex:
      if (size > static_cast<size_t>(String::kMaxLength)) break;
      return BuiltText(isolate, size * 2, [&](uint8_t* out) { text_vectors::EncodeHex(data, size, out); });
    case kBase64:
    case kBase64Url:
      if (size > static_cast<size_t>(String::kMaxLength)) break;
      return BuiltText(isolate, Base64Size(size, encoding == kBase64Url),
                       [&](uint8_t* out) { EncodeBase64(data, size, out, encoding == kBase64Url); });
  }
  ThrowStringTooLong(isolate);
  return {};
}

size_t EncodeInto(Isolate* isolate, Encoding encoding, Local<String> text, uint8_t* out, size_t capacity) {
  auto length = static_cast<size_t>(text->Length());
  if (length == 0 || capacity == 0) return 0;
  switch (encoding) {
    case kUtf8:
    case kBuffer:
      return text->WriteUtf8V2(isolate, reinterpret_cast<char*>(out), capacity,
                               String::WriteFlags::kReplaceInvalidUtf8);
    case kLatin1:
    case kAscii: {
      size_t count = length < capacity ? length : capacity;
      text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(count), out);
      return count;
    }
    case kUcs2: {
      size_t count = length < capacity / 2 ? length : capacity / 2;
      if (count == 0) return 0;
      if (reinterpret_cast<uintptr_t>(out) % alignof(uint16_t) == 0) {
        text->WriteV2(isolate, 0, static_cast<uint32_t>(count), reinterpret_cast<uint16_t*>(out));
        return count * 2;
      }
      auto* units = static_cast<uint16_t*>(std::malloc(count * sizeof(uint16_t)));
      if (units == nullptr) return 0;
      text->WriteV2(isolate, 0, static_cast<uint32_t>(count), units);
      std::memcpy(out, units, count * sizeof(uint16_t));
      std::free(units);
      return count * 2;
    }
    case kHex:
    case kBase64:
    case kBase64Url: {
      String::ValueView view(isolate, text);
      return view.is_one_byte() ? DigitsInto(encoding, view.data8(), view.length(), out, capacity)
                                : DigitsInto(encoding, view.data16(), view.length(), out, capacity);
    }
  }
  return 0;
}

size_t EncodedBound(Isolate* isolate, Encoding encoding, Local<String> text) {
  auto length = static_cast<size_t>(text->Length());
  switch (encoding) {
    case kUtf8:
    case kBuffer:
      return text->Utf8LengthV2(isolate);
    case kUcs2:
      return length * 2;
    case kHex:
      return length / 2;
    case kBase64:
    case kBase64Url:
      return length / 4 * 3 + 3;
    default:
      return length;
  }
}

bool Encoded::Fill(Isolate* isolate, Encoding encoding, Local<String> text) {
  size_t bound = EncodedBound(isolate, encoding, text);
  data_ = static_cast<uint8_t*>(std::malloc(bound == 0 ? 1 : bound));
  if (data_ == nullptr) return false;
  size_ = EncodeInto(isolate, encoding, text, data_, bound);
  return true;
}

}  // namespace vivarium
