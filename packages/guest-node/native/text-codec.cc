#include "text-codec.h"

namespace vivarium {

namespace {

constexpr char kBase64Alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kBase64UrlAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kHexDigits[] = "0123456789abcdef";

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

int HexDigit(uint8_t character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

size_t Base64Size(size_t size, bool url) {
  if (!url) return (size + 2) / 3 * 4;
  return size / 3 * 4 + (size % 3 == 0 ? 0 : size % 3 + 1);
}

void Base64Encode(const uint8_t* data, size_t size, uint8_t* out, bool url) {
  const char* alphabet = url ? kBase64UrlAlphabet : kBase64Alphabet;
  const Base64Pairs& pairs = url ? kBase64UrlPairs : kBase64Pairs;
  size_t i = 0;
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

// Forgiving, as Node is: what is no digit is skipped, '=' ends the text, spare bits are dropped.
template <typename Character>
size_t Base64Decode(const Character* text, size_t length, uint8_t* out, size_t capacity) {
  size_t written = 0;
  uint32_t group = 0;
  int digits = 0;
  for (size_t i = 0; i < length && written < capacity; i++) {
    // Most text is whole groups of digits.
    for (int32_t whole; digits == 0 && i + 4 <= length && written + 3 <= capacity; i += 4, written += 3) {
      if ((whole = Base64Group(text + i)) < 0) break;
      WriteBase64Group(whole, out + written);
    }
    if (i >= length) break;
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
    int high = HexDigit(static_cast<uint8_t>(text[2 * i]));
    int low = HexDigit(static_cast<uint8_t>(text[2 * i + 1]));
    if (high < 0 || low < 0) return i;
    out[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return pairs;
}

MaybeLocal<String> FromOneByte(Isolate* isolate, const uint8_t* data, size_t size) {
  if (size == 0) return String::Empty(isolate);
  Local<String> text;
  if (size > static_cast<size_t>(String::kMaxLength) ||
      !String::NewFromOneByte(isolate, data, NewStringType::kNormal, static_cast<int>(size)).ToLocal(&text)) {
    ThrowStringTooLong(isolate);
    return {};
  }
  return text;
}

// Runs a filler over a temporary one-byte buffer and makes a string of it.
template <typename Filler>
MaybeLocal<String> Built(Isolate* isolate, size_t size, Filler fill) {
  if (size > static_cast<size_t>(String::kMaxLength)) {
    ThrowStringTooLong(isolate);
    return {};
  }
  uint8_t small[1024];
  auto* out = size <= sizeof small ? small : static_cast<uint8_t*>(std::malloc(size));
  if (out == nullptr) {
    ThrowOutOfMemory(isolate);
    return {};
  }
  // Compilers do not see that a filler fills all of it.
  out[0] = 0;
  fill(out);
  MaybeLocal<String> text = FromOneByte(isolate, out, size);
  if (out != small) std::free(out);
  return text;
}

MaybeLocal<String> FromUcs2(Isolate* isolate, const uint8_t* data, size_t size) {
  size_t length = size / 2;
  if (length == 0) return String::Empty(isolate);
  if (length > static_cast<size_t>(String::kMaxLength)) {
    ThrowStringTooLong(isolate);
    return {};
  }
  const auto* units = reinterpret_cast<const uint16_t*>(data);
  uint16_t* aligned = nullptr;
  if (reinterpret_cast<uintptr_t>(data) % alignof(uint16_t) != 0) {
    aligned = static_cast<uint16_t*>(std::malloc(length * sizeof(uint16_t)));
    if (aligned == nullptr) {
      ThrowOutOfMemory(isolate);
      return {};
    }
    std::memcpy(aligned, data, length * sizeof(uint16_t));
    units = aligned;
  }
  Local<String> text;
  bool made =
      String::NewFromTwoByte(isolate, units, NewStringType::kNormal, static_cast<int>(length)).ToLocal(&text);
  std::free(aligned);
  if (made) return text;
  ThrowStringTooLong(isolate);
  return {};
}

MaybeLocal<String> FromUtf8(Isolate* isolate, const uint8_t* data, size_t size) {
  if (IsAsciiBytes(data, size)) return FromOneByte(isolate, data, size);
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

template <typename Character>
size_t DigitsInto(Encoding encoding, const Character* text, size_t length, uint8_t* out, size_t capacity) {
  return encoding == kHex ? HexDecode(text, length, out, capacity) : Base64Decode(text, length, out, capacity);
}

}  // namespace

bool IsAsciiBytes(const uint8_t* data, size_t size) {
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    uint64_t word;
    std::memcpy(&word, data + i, 8);
    if ((word & 0x8080808080808080u) != 0) return false;
  }
  for (; i < size; i++) {
    if (data[i] >= 0x80) return false;
  }
  return true;
}

bool IsUtf8Bytes(const uint8_t* data, size_t size) {
  size_t i = 0;
  while (i < size) {
    uint8_t lead = data[i++];
    if (lead < 0x80) continue;
    int rest;
    uint8_t low = 0x80;
    uint8_t high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      rest = 1;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      rest = 2;
      if (lead == 0xE0) low = 0xA0;
      if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      rest = 3;
      if (lead == 0xF0) low = 0x90;
      if (lead == 0xF4) high = 0x8F;
    } else {
      return false;
    }
    for (; rest > 0; rest--) {
      if (i >= size || data[i] < low || data[i] > high) return false;
      i++;
      low = 0x80;
      high = 0xBF;
    }
  }
  return true;
}

MaybeLocal<String> Decode(Isolate* isolate, Encoding encoding, const uint8_t* data, size_t size) {
  switch (encoding) {
    case kUtf8:
    case kBuffer:
      return FromUtf8(isolate, data, size);
    case kLatin1:
      return FromOneByte(isolate, data, size);
    case kAscii:
      if (IsAsciiBytes(data, size)) return FromOneByte(isolate, data, size);
      return Built(isolate, size, [&](uint8_t* out) {
        for (size_t i = 0; i < size; i++) out[i] = data[i] & 0x7F;
      });
    case kUcs2:
      return FromUcs2(isolate, data, size);
    case kHex:
      if (size > static_cast<size_t>(String::kMaxLength)) break;
      return Built(isolate, size * 2, [&](uint8_t* out) {
        for (size_t i = 0; i < size; i++) {
          out[2 * i] = kHexDigits[data[i] >> 4];
          out[2 * i + 1] = kHexDigits[data[i] & 15];
        }
      });
    case kBase64:
    case kBase64Url:
      if (size > static_cast<size_t>(String::kMaxLength)) break;
      return Built(isolate, Base64Size(size, encoding == kBase64Url),
                   [&](uint8_t* out) { Base64Encode(data, size, out, encoding == kBase64Url); });
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
