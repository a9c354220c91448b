#include "text-vectors.h"

#include <cstring>

#include "text-avx512.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace vivarium::text_vectors {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// One well-formed character that is no ASCII, up to U+FFFF or beyond: the bytes it has.
inline size_t Character(const uint8_t* at, uint32_t* point) {
  if (at[0] < 0xE0) {
    *point = (at[0] & 31u) << 6 | (at[1] & 63u);
    return 2;
  }
  if (at[0] < 0xF0) {
    *point = (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    return 3;
  }
  *point = (at[0] & 7u) << 18 | (at[1] & 63u) << 12 | (at[2] & 63u) << 6 | (at[3] & 63u);
  return 4;
}

inline size_t Put(uint32_t point, uint16_t* out) {
  if (point < 0x10000) {
    out[0] = static_cast<uint16_t>(point);
    return 1;
  }
  out[0] = static_cast<uint16_t>(0xD7C0 + (point >> 10));
  out[1] = static_cast<uint16_t>(0xDC00 | (point & 0x3FF));
  return 2;
}

inline size_t Put(uint32_t point, uint8_t* out) {
  out[0] = static_cast<uint8_t>(point);
  return 1;
}

#if defined(__SSE2__)
// Sixteen characters of ASCII, or as many as there are before another: `out` has room for all.
inline size_t Widen(const uint8_t* data, uint16_t* out) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_unpacklo_epi8(block, _mm_setzero_si128()));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 8), _mm_unpackhi_epi8(block, _mm_setzero_si128()));
  const auto others = static_cast<unsigned>(_mm_movemask_epi8(block));
  return others == 0 ? 16 : static_cast<size_t>(__builtin_ctz(others));
}

inline size_t Widen(const uint8_t* data, uint8_t* out) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), block);
  const auto others = static_cast<unsigned>(_mm_movemask_epi8(block));
  return others == 0 ? 16 : static_cast<size_t>(__builtin_ctz(others));
}
#else
template <typename Unit>
inline size_t Widen(const uint8_t* data, Unit* out) {
  size_t i = 0;
  for (; i < 16 && data[i] < 0x80; i++) out[i] = data[i];
  return i;
}
#endif

// Continues at the beginning of a character, up to the first that begins at `end` or behind it.
template <typename Unit>
size_t FromUtf8(const uint8_t* data, size_t size, size_t i, size_t end, Unit* out, size_t units, size_t* done) {
  uint32_t point;
  while (i < end) {
    if (size - i >= 16 && units - *done >= 16) {
      const size_t run = Widen(data + i, out + *done);
      i += run;
      *done += run;
      if (run == 16) continue;
      do {
        i += Character(data + i, &point);
        *done += Put(point, out + *done);
      } while (i < end && data[i] >= 0x80);
    } else if (data[i] < 0x80) {
      out[(*done)++] = data[i++];
    } else {
      i += Character(data + i, &point);
      *done += Put(point, out + *done);
    }
  }
  return i;
}

bool IsUtf8ByBytes(const uint8_t* data, size_t size) {
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

}  // namespace

bool IsAscii(const uint8_t* data, size_t size) {
  size_t i = 0;
#ifdef VIVARIUM_AVX2
  bool ascii = true;
  if (text_avx2::kHave) i = text_avx2::Ascii(data, size, &ascii);
  if (!ascii) return false;
#endif
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

bool IsUtf8(const uint8_t* data, size_t size) {
#ifdef VIVARIUM_AVX2
  if (text_avx2::kHave && size >= 32) return text_avx2::IsUtf8(data, size);
#endif
  return IsUtf8ByBytes(data, size);
}

bool IsAtMost(const uint8_t* data, size_t size, uint8_t limit) {
  size_t i = 0;
  bool passed = true;
#ifdef VIVARIUM_AVX2
  if (text_avx2::kHave) i = text_avx2::AtMost(data, size, limit, &passed);
#endif
  for (; passed && i < size; i++) passed = data[i] <= limit;
  return passed;
}

size_t Utf16Units(const uint8_t* data, size_t size) {
  size_t i = 0;
  size_t units = 0;
#ifdef VIVARIUM_AVX2
  if (text_avx2::kHave) i = text_avx2::Utf16Units(data, size, &units);
#endif
  for (; i < size; i++) units += ((data[i] & 0xC0) != 0x80) + (data[i] >= 0xF0);
  return units;
}

void Utf8ToUtf16(const uint8_t* data, size_t size, uint16_t* out, size_t units) {
  size_t done = 0;
  size_t i = 0;
#ifdef VIVARIUM_AVX2
  while (text_avx2::kHave && size - i > 64) {
    // Enough to look back, or to get past characters of four bytes.
    i = FromUtf8(data, size, i, i + 32, out, units, &done);
    i = text_avx2::Utf8ToUtf16(data, size, i, out, units, &done);
    // What goes on here has not been written.
    while ((data[i] & 0xC0) == 0x80) i--;
  }
#endif
  FromUtf8(data, size, i, size, out, units, &done);
}

void Utf8ToLatin1(const uint8_t* data, size_t size, uint8_t* out, size_t units) {
  size_t done = 0;
  FromUtf8(data, size, 0, size, out, units, &done);
}

void MaskAscii(const uint8_t* data, size_t size, uint8_t* out) {
  size_t i = 0;
#ifdef VIVARIUM_AVX2
  if (text_avx2::kHave) i = text_avx2::MaskAscii(data, size, out);
#endif
  for (; i < size; i++) out[i] = data[i] & 0x7F;
}

size_t SwapBytes(uint8_t* data, size_t size, size_t width) {
#ifdef VIVARIUM_AVX2
  if (text_avx2::kHave) return text_avx2::SwapBytes(data, size, width);
#endif
  return 0;
}

void EncodeHex(const uint8_t* data, size_t size, uint8_t* out) {
  size_t i = 0;
#ifdef VIVARIUM_AVX2
  if (text_avx2::kHave) i = text_avx2::EncodeHex(data, size, out);
#endif
  for (; i < size; i++) {
    out[2 * i] = static_cast<uint8_t>(kHexDigits[data[i] >> 4]);
    out[2 * i + 1] = static_cast<uint8_t>(kHexDigits[data[i] & 15]);
  }
}

size_t EncodeBase64(const uint8_t* data, size_t size, uint8_t* out, bool url) {
#ifdef VIVARIUM_AVX2
  if (text_avx2::kHave) return text_avx2::EncodeBase64(data, size, out, url);
#endif
  return 0;
}

namespace {

template <typename Character>
size_t DecodeBlocks(const Character* text, size_t length, uint8_t* out, size_t capacity, bool either) {
  size_t i = 0;
#ifdef VIVARIUM_AVX512
  if (text_avx512::kHave) i = text_avx512::DecodeBase64(text, length, out, capacity, either);
#endif
#ifdef VIVARIUM_AVX2
  const size_t written = i / 4 * 3;
  if (text_avx2::kHave) i += text_avx2::DecodeBase64(text + i, length - i, out + written, capacity - written, either);
#endif
  return i;
}

}  // namespace

size_t DecodeBase64(const uint8_t* text, size_t length, uint8_t* out, size_t capacity, bool either) {
  return DecodeBlocks(text, length, out, capacity, either);
}

size_t DecodeBase64(const uint16_t* text, size_t length, uint8_t* out, size_t capacity, bool either) {
  return DecodeBlocks(text, length, out, capacity, either);
}

}  // namespace vivarium::text_vectors
