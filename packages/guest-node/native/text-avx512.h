// Base64 to bytes for processors with AVX-512 and its VBMI: 64 digits at a time.
#pragma once

#include "text-avx2.h"

#ifdef VIVARIUM_AVX2
#define VIVARIUM_AVX512 1

namespace vivarium::text_avx512 {

#define VIVARIUM_WITH_AVX512 __attribute__((target("avx2,popcnt,avx512f,avx512bw,avx512vbmi")))

// Whether the processor has them, and the system keeps the registers.
inline bool Detect() {
  if (!text_avx2::kHave) return false;
  unsigned low;
  unsigned high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & 0xE6) != 0xE6) return false;
  unsigned a;
  unsigned b;
  unsigned c;
  unsigned d;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  constexpr unsigned kFoundation = 1u << 16;
  constexpr unsigned kBytesAndWords = 1u << 30;
  constexpr unsigned kVbmi = 1u << 1;
  return (b & kFoundation) != 0 && (b & kBytesAndWords) != 0 && (c & kVbmi) != 0;
}

inline const bool kHave = Detect();

// The value of each digit among the characters of ASCII; the highest bit where there is none.
struct DigitValues {
  uint8_t of[128];
  constexpr explicit DigitValues(bool either) : of() {
    for (int at = 0; at < 128; at++) of[at] = 0x80;
    for (int at = 0; at < 26; at++) {
      of['A' + at] = static_cast<uint8_t>(at);
      of['a' + at] = static_cast<uint8_t>(at + 26);
    }
    for (int at = 0; at < 10; at++) of['0' + at] = static_cast<uint8_t>(at + 52);
    of['+'] = 62;
    of['/'] = 63;
    if (either) of['-'] = 62;
    if (either) of['_'] = 63;
  }
};
inline constexpr DigitValues kPlainDigits(false);
inline constexpr DigitValues kEitherDigits(true);

// Where the three bytes of each group lie, in order.
struct GroupBytes {
  uint8_t of[64];
  constexpr GroupBytes() : of() {
    for (int at = 0; at < 48; at++) of[at] = static_cast<uint8_t>(at / 3 * 4 + 2 - at % 3);
  }
};
inline constexpr GroupBytes kGroupBytes{};

// 64 characters as bytes. What is beyond U+00FF saturates to bytes that are no digits.
VIVARIUM_WITH_AVX512 inline __m512i LoadCharacters(const uint8_t* text) { return _mm512_loadu_si512(text); }
VIVARIUM_WITH_AVX512 inline __m512i LoadCharacters(const uint16_t* text) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtusepi16_epi8(_mm512_loadu_si512(text))),
                            _mm512_cvtusepi16_epi8(_mm512_loadu_si512(text + 32)), 1);
}

template <typename Character>
VIVARIUM_WITH_AVX512 inline size_t DecodeBase64(const Character* text, size_t length, uint8_t* out, size_t capacity,
                                                bool either) {
  const DigitValues& digits = either ? kEitherDigits : kPlainDigits;
  const __m512i low = _mm512_loadu_si512(digits.of);
  const __m512i high = _mm512_loadu_si512(digits.of + 64);
  const __m512i order = _mm512_loadu_si512(kGroupBytes.of);
  constexpr __mmask64 kFirst48 = (1ull << 48) - 1;
  size_t i = 0;
  for (size_t written = 0; i + 64 <= length && written + 48 <= capacity; i += 64, written += 48) {
    const __m512i characters = LoadCharacters(text + i);
    const __m512i values = _mm512_permutex2var_epi8(low, characters, high);
    if (_mm512_movepi8_mask(_mm512_or_si512(values, characters)) != 0) break;
    const __m512i pairs = _mm512_maddubs_epi16(values, _mm512_set1_epi32(0x01400140));
    const __m512i groups = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00011000));
    _mm512_mask_storeu_epi8(out + written, kFirst48, _mm512_permutexvar_epi8(order, groups));
  }
  return i;
}

}  // namespace vivarium::text_avx512

#endif
