// The inner loops of text-vectors.cc for processors with AVX2: each reads as many whole blocks as there are, and says how
// many bytes that were.
#pragma once

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define VIVARIUM_AVX2 1

#include <cpuid.h>
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace vivarium::text_avx2 {

#define VIVARIUM_WITH_AVX2 __attribute__((target("avx2,popcnt")))

// Whether the processor has them, and the system keeps the registers.
inline bool Detect() {
  unsigned a;
  unsigned b;
  unsigned c;
  unsigned d;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0) return false;
  constexpr unsigned kNeeded = 1u << 27 | 1u << 28 | 1u << 23;  // OSXSAVE, AVX, POPCNT
  if ((c & kNeeded) != kNeeded) return false;
  unsigned low;
  unsigned high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & 6) != 6) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & 1u << 5) != 0;
}

inline const bool kHave = Detect();

VIVARIUM_WITH_AVX2 inline __m256i Load(const uint8_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

VIVARIUM_WITH_AVX2 inline void Store(uint8_t* to, __m256i block) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), block);
}

// The same sixteen bytes in both halves.
VIVARIUM_WITH_AVX2 inline __m256i Twice(const uint8_t (&table)[16]) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
}

// The OR of all blocks, four at a time, up to the first four that are no ASCII.
VIVARIUM_WITH_AVX2 inline size_t Ascii(const uint8_t* data, size_t size, bool* ascii) {
  size_t i = 0;
  *ascii = true;
  for (; i + 128 <= size; i += 128) {
    __m256i all = _mm256_or_si256(_mm256_or_si256(Load(data + i), Load(data + i + 32)),
                                  _mm256_or_si256(Load(data + i + 64), Load(data + i + 96)));
    if (_mm256_movemask_epi8(all) != 0) *ascii = false;
    if (!*ascii) return i;
  }
  for (; i + 32 <= size; i += 32) {
    if (_mm256_movemask_epi8(Load(data + i)) != 0) *ascii = false;
    if (!*ascii) return i;
  }
  return i;
}

VIVARIUM_WITH_AVX2 inline size_t AtMost(const uint8_t* data, size_t size, uint8_t limit, bool* passed) {
  const __m256i limits = _mm256_set1_epi8(static_cast<char>(limit));
  size_t i = 0;
  for (; *passed && i + 32 <= size; i += 32) {
    *passed = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(Load(data + i), limits), limits)) == -1;
  }
  return i;
}

// Every byte but continuations makes a unit, and a lead of four bytes a second one.
VIVARIUM_WITH_AVX2 inline size_t Utf16Units(const uint8_t* data, size_t size, size_t* units) {
  size_t i = 0;
  size_t count = 0;
  for (; i + 32 <= size; i += 32) {
    __m256i block = Load(data + i);
    __m256i first = _mm256_cmpgt_epi8(block, _mm256_set1_epi8(-65));
    __m256i four = _mm256_cmpeq_epi8(_mm256_max_epu8(block, _mm256_set1_epi8(static_cast<char>(0xF0))), block);
    count += static_cast<size_t>(_mm_popcnt_u32(static_cast<unsigned>(_mm256_movemask_epi8(first))));
    count += static_cast<size_t>(_mm_popcnt_u32(static_cast<unsigned>(_mm256_movemask_epi8(four))));
  }
  *units += count;
  return i;
}

// For each set of eight positions, where the units of the set lie: those that are picked come first.
struct PickedUnits {
  uint8_t of[256][16];
  constexpr PickedUnits() : of() {
    for (int set = 0; set < 256; set++) {
      int done = 0;
      for (int at = 0; at < 8; at++) {
        if ((set >> at & 1) == 0) continue;
        of[set][done++] = static_cast<uint8_t>(2 * at);
        of[set][done++] = static_cast<uint8_t>(2 * at + 1);
      }
      while (done < 16) of[set][done++] = 0x80;
    }
  }
};
inline constexpr PickedUnits kPickedUnits{};

VIVARIUM_WITH_AVX2 inline __m128i LoadHalf(const uint8_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

// Writes the picked ones of eight units (eight are written) and says how many they are.
VIVARIUM_WITH_AVX2 inline size_t PutPicked(__m128i units, unsigned set, uint16_t* out) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(units, LoadHalf(kPickedUnits.of[set])));
  return static_cast<size_t>(_mm_popcnt_u32(set));
}

// Well-formed UTF-8 from data + at on, sixteen bytes at a time, up to the first that has a character of four bytes. For
// every byte the unit is made that a character ending there has, and those are picked where one ends. `at` is behind the
// first two bytes, and every character that begins before it has been written, or ends behind it. What is written grows
// by no more than `units`.
VIVARIUM_WITH_AVX2 inline size_t Utf8ToUtf16(const uint8_t* data, size_t size, size_t at, uint16_t* out, size_t units,
                                             size_t* done) {
  const __m128i continuation = _mm_set1_epi8(-64);
  size_t i = at;
  for (; i + 17 <= size && units - *done >= 16; i += 16) {
    const __m128i last = LoadHalf(data + i);
    const __m128i before = LoadHalf(data + i - 1);
    const __m128i four = _mm_set1_epi8(static_cast<char>(0xF0));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(last, four), last)) != 0) break;
    const __m128i ascii = _mm_cmpgt_epi8(last, _mm_set1_epi8(-1));
    // Bytes from 0xC0 on: what comes before the last of two.
    const __m128i lead = _mm_cmpgt_epi8(_mm_xor_si128(before, _mm_set1_epi8(-128)), _mm_set1_epi8(63));
    const __m128i x0 = _mm_blendv_epi8(_mm_and_si128(last, _mm_set1_epi8(0x3F)), last, ascii);
    const __m128i x1 = _mm_andnot_si128(ascii, _mm_and_si128(before, _mm_set1_epi8(0x3F)));
    const __m128i x2 = _mm_andnot_si128(_mm_or_si128(ascii, lead), _mm_and_si128(LoadHalf(data + i - 2), _mm_set1_epi8(15)));
    const __m128i low = _mm_or_si128(x0, _mm_slli_epi16(_mm_and_si128(x1, _mm_set1_epi8(3)), 6));
    const __m128i high = _mm_or_si128(_mm_srli_epi16(_mm_and_si128(x1, _mm_set1_epi8(0x3C)), 2), _mm_slli_epi16(x2, 4));
    const __m128i goes_on = _mm_cmpgt_epi8(continuation, LoadHalf(data + i + 1));
    const unsigned ends = ~static_cast<unsigned>(_mm_movemask_epi8(goes_on)) & 0xFFFF;
    *done += PutPicked(_mm_unpacklo_epi8(low, high), ends & 255, out + *done);
    *done += PutPicked(_mm_unpackhi_epi8(low, high), ends >> 8, out + *done);
  }
  return i;
}

// Validates UTF-8 by what the halves of two bytes in a row tell of them (Keiser and Lemire, "Validating UTF-8 in less
// than one instruction per byte"): each bit is a fault that all three tables have to see.
class Utf8Check {
 public:
  VIVARIUM_WITH_AVX2 Utf8Check()
      : error_(_mm256_setzero_si256()), previous_(_mm256_setzero_si256()), unfinished_(_mm256_setzero_si256()) {}

  VIVARIUM_WITH_AVX2 void Block(__m256i block) {
    if (_mm256_movemask_epi8(block) == 0) {
      error_ = _mm256_or_si256(error_, unfinished_);
      unfinished_ = _mm256_setzero_si256();
    } else {
      __m256i before = _mm256_permute2x128_si256(previous_, block, 0x21);
      __m256i one = _mm256_alignr_epi8(block, before, 15);
      __m256i two = _mm256_alignr_epi8(block, before, 14);
      __m256i three = _mm256_alignr_epi8(block, before, 13);
      error_ = _mm256_or_si256(error_, _mm256_xor_si256(Expected(two, three), Faults(block, one)));
      unfinished_ = _mm256_subs_epu8(block, Ends());
    }
    previous_ = block;
  }

  VIVARIUM_WITH_AVX2 bool Passed() const {
    __m256i error = _mm256_or_si256(error_, unfinished_);
    return _mm256_testz_si256(error, error) != 0;
  }

 private:
  enum Fault : uint8_t {
    kTooShort = 1,
    kTooLong = 2,
    kOverlong3 = 4,
    kTooLarge = 8,
    kSurrogate = 16,
    kOverlong2 = 32,
    kTooLarge1000 = 64,
    kOverlong4 = 64,
    kTwoContinuations = 128,
    kCarry = kTooShort | kTooLong | kTwoContinuations,
  };

  VIVARIUM_WITH_AVX2 static __m256i HighHalf(__m256i bytes) {
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
  }

  VIVARIUM_WITH_AVX2 static __m256i Faults(__m256i block, __m256i one) {
    static constexpr uint8_t kFirstHigh[16] = {
        kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong,
        kTwoContinuations, kTwoContinuations, kTwoContinuations, kTwoContinuations,
        kTooShort | kOverlong2, kTooShort, kTooShort | kOverlong3 | kSurrogate,
        kTooShort | kTooLarge | kTooLarge1000 | kOverlong4};
    static constexpr uint8_t kLarge = kCarry | kTooLarge | kTooLarge1000;
    static constexpr uint8_t kFirstLow[16] = {
        kCarry | kOverlong3 | kOverlong2 | kOverlong4, kCarry | kOverlong2, kCarry, kCarry, kCarry | kTooLarge,
        kLarge, kLarge, kLarge, kLarge, kLarge, kLarge, kLarge, kLarge, kLarge | kSurrogate, kLarge, kLarge};
    static constexpr uint8_t kContinued = kTooLong | kOverlong2 | kTwoContinuations;
    static constexpr uint8_t kSecondHigh[16] = {
        kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort,
        kContinued | kOverlong3 | kTooLarge1000 | kOverlong4, kContinued | kOverlong3 | kTooLarge,
        kContinued | kSurrogate | kTooLarge, kContinued | kSurrogate | kTooLarge,
        kTooShort, kTooShort, kTooShort, kTooShort};
    __m256i first_low = _mm256_and_si256(one, _mm256_set1_epi8(15));
    return _mm256_and_si256(_mm256_and_si256(_mm256_shuffle_epi8(Twice(kFirstHigh), HighHalf(one)),
                                             _mm256_shuffle_epi8(Twice(kFirstLow), first_low)),
                            _mm256_shuffle_epi8(Twice(kSecondHigh), HighHalf(block)));
  }

  // The highest bit where the third byte of a character, or the fourth, has to be.
  VIVARIUM_WITH_AVX2 static __m256i Expected(__m256i two, __m256i three) {
    __m256i third = _mm256_subs_epu8(two, _mm256_set1_epi8(0xE0 - 0x80));
    __m256i fourth = _mm256_subs_epu8(three, _mm256_set1_epi8(0xF0 - 0x80));
    return _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(static_cast<char>(0x80)));
  }

  // What the last three bytes may be at most when no character is to go on behind them.
  VIVARIUM_WITH_AVX2 static __m256i Ends() {
    static constexpr uint8_t kEnds[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,  255,  255,  255, 255, 255,
                                          255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xEF, 0xDF, 0xBF};
    return Load(kEnds);
  }

  __m256i error_;
  __m256i previous_;
  __m256i unfinished_;
};

VIVARIUM_WITH_AVX2 inline bool IsUtf8(const uint8_t* data, size_t size) {
  Utf8Check check;
  size_t i = 0;
  for (; i + 32 <= size; i += 32) check.Block(Load(data + i));
  uint8_t rest[32] = {0};
  for (size_t at = 0; i + at < size; at++) rest[at] = data[i + at];
  check.Block(Load(rest));
  return check.Passed();
}

VIVARIUM_WITH_AVX2 inline size_t MaskAscii(const uint8_t* data, size_t size, uint8_t* out) {
  size_t i = 0;
  for (; i + 32 <= size; i += 32) Store(out + i, _mm256_and_si256(Load(data + i), _mm256_set1_epi8(0x7F)));
  return i;
}

// Turns around every `width` bytes.
VIVARIUM_WITH_AVX2 inline size_t SwapBytes(uint8_t* data, size_t size, size_t width) {
  uint8_t order[16];
  for (size_t at = 0; at < 16; at++) order[at] = static_cast<uint8_t>(at ^ (width - 1));
  const __m256i turned = Twice(order);
  size_t i = 0;
  for (; i + 32 <= size; i += 32) Store(data + i, _mm256_shuffle_epi8(Load(data + i), turned));
  return i;
}

VIVARIUM_WITH_AVX2 inline size_t EncodeHex(const uint8_t* data, size_t size, uint8_t* out) {
  static constexpr uint8_t kDigits[16] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
  const __m256i digits = Twice(kDigits);
  size_t i = 0;
  for (; i + 16 <= size; i += 16) {
    __m256i pairs = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data + i)));
    __m256i halves = _mm256_or_si256(_mm256_srli_epi16(pairs, 4), _mm256_slli_epi16(pairs, 8));
    Store(out + 2 * i, _mm256_shuffle_epi8(digits, _mm256_and_si256(halves, _mm256_set1_epi8(15))));
  }
  return i;
}

// Muła's and Lemire's conversions of base64. Of 28 bytes that are read, 24 are taken.
VIVARIUM_WITH_AVX2 inline size_t EncodeBase64(const uint8_t* data, size_t size, uint8_t* out, bool url) {
  static constexpr uint8_t kGroups[16] = {1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10};
  const char last = static_cast<char>(url ? '-' - 62 : '+' - 62);
  const char very_last = static_cast<char>(url ? '_' - 63 : '/' - 63);
  constexpr char kNumber = '0' - 52;
  const __m256i shifts = _mm256_broadcastsi128_si256(
      _mm_setr_epi8('a' - 26, kNumber, kNumber, kNumber, kNumber, kNumber, kNumber, kNumber, kNumber, kNumber, kNumber, last,
                    very_last, 'A', 0, 0));
  size_t i = 0;
  for (; i + 28 <= size; i += 24, out += 32) {
    __m256i bytes = _mm256_set_m128i(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data + i + 12)),
                                     _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + i)));
    __m256i groups = _mm256_shuffle_epi8(bytes, Twice(kGroups));
    __m256i odd = _mm256_mulhi_epu16(_mm256_and_si256(groups, _mm256_set1_epi32(0x0FC0FC00)), _mm256_set1_epi32(0x04000040));
    __m256i even = _mm256_mullo_epi16(_mm256_and_si256(groups, _mm256_set1_epi32(0x003F03F0)), _mm256_set1_epi32(0x01000010));
    __m256i values = _mm256_or_si256(odd, even);
    __m256i capital = _mm256_and_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(26), values), _mm256_set1_epi8(13));
    __m256i kind = _mm256_or_si256(_mm256_subs_epu8(values, _mm256_set1_epi8(51)), capital);
    Store(out, _mm256_add_epi8(_mm256_shuffle_epi8(shifts, kind), values));
  }
  return i;
}

// The digits that base64url has instead of others, as those.
VIVARIUM_WITH_AVX2 inline __m256i PlainDigits(__m256i text) {
  __m256i dash = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('-'));
  __m256i line = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('_'));
  text = _mm256_sub_epi8(text, _mm256_and_si256(dash, _mm256_set1_epi8('-' - '+')));
  return _mm256_sub_epi8(text, _mm256_and_si256(line, _mm256_set1_epi8('_' - '/')));
}

// 32 characters as bytes. What is beyond U+00FF saturates to bytes that are no digits.
VIVARIUM_WITH_AVX2 inline __m256i LoadCharacters(const uint8_t* text) { return Load(text); }
VIVARIUM_WITH_AVX2 inline __m256i LoadCharacters(const uint16_t* text) {
  const auto* units = reinterpret_cast<const uint8_t*>(text);
  return _mm256_permute4x64_epi64(_mm256_packus_epi16(Load(units), Load(units + 32)), 0xD8);
}

// 32 digits of base64 on their way to 24 bytes.
class Base64Block {
 public:
  VIVARIUM_WITH_AVX2 explicit Base64Block(__m256i text)
      : text_(text), high_(_mm256_and_si256(_mm256_srli_epi32(text, 4), Slash())) {}

  // Bits where a character is no digit.
  VIVARIUM_WITH_AVX2 __m256i Faults() const {
    static constexpr uint8_t kLow[16] = {0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                         0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A};
    static constexpr uint8_t kHigh[16] = {0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
                                          0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10};
    return _mm256_and_si256(_mm256_shuffle_epi8(Twice(kLow), _mm256_and_si256(text_, Slash())),
                            _mm256_shuffle_epi8(Twice(kHigh), high_));
  }

  // The bytes of digits, and eight zeros behind them.
  VIVARIUM_WITH_AVX2 __m256i Bytes() const {
    static constexpr uint8_t kShift[16] = {0, 16, 19, 4, 191, 191, 185, 185, 0, 0, 0, 0, 0, 0, 0, 0};
    static constexpr uint8_t kGather[16] = {2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 255, 255, 255, 255};
    __m256i shift = _mm256_shuffle_epi8(Twice(kShift), _mm256_add_epi8(_mm256_cmpeq_epi8(text_, Slash()), high_));
    __m256i values = _mm256_add_epi8(text_, shift);
    __m256i pairs = _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x01400140));
    __m256i groups = _mm256_shuffle_epi8(_mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000)), Twice(kGather));
    return _mm256_permutevar8x32_epi32(groups, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
  }

 private:
  VIVARIUM_WITH_AVX2 static __m256i Slash() { return _mm256_set1_epi8('/'); }

  __m256i text_;
  __m256i high_;
};

// The first 24 of 32 bytes.
VIVARIUM_WITH_AVX2 inline void Store24(uint8_t* to, __m256i bytes) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(bytes));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to + 16), _mm256_extracti128_si256(bytes, 1));
}

VIVARIUM_WITH_AVX2 inline bool HasNone(__m256i faults) { return _mm256_testz_si256(faults, faults) != 0; }

// Two blocks of digits at a time. `url` where digits of base64url count.
template <bool url, typename Character>
VIVARIUM_WITH_AVX2 inline size_t DecodeBase64Pairs(const Character* text, size_t length, uint8_t* out, size_t capacity) {
  size_t i = 0;
  for (size_t written = 0; i + 64 <= length && written + 48 <= capacity; i += 64, written += 48) {
    __m256i one = LoadCharacters(text + i);
    __m256i two = LoadCharacters(text + i + 32);
    const Base64Block first(url ? PlainDigits(one) : one);
    const Base64Block second(url ? PlainDigits(two) : two);
    if (!HasNone(_mm256_or_si256(first.Faults(), second.Faults()))) break;
    // What is behind the first bytes is written over.
    Store(out + written, first.Bytes());
    Store24(out + written + 24, second.Bytes());
  }
  return i;
}

template <typename Character>
VIVARIUM_WITH_AVX2 inline size_t DecodeBase64(const Character* text, size_t length, uint8_t* out, size_t capacity, bool either) {
  size_t i = DecodeBase64Pairs<false>(text, length, out, capacity);
  if (either) i += DecodeBase64Pairs<true>(text + i, length - i, out + i / 4 * 3, capacity - i / 4 * 3);
  for (size_t written = i / 4 * 3; i + 32 <= length && written + 24 <= capacity; i += 32, written += 24) {
    __m256i digits = LoadCharacters(text + i);
    const Base64Block block(either ? PlainDigits(digits) : digits);
    if (!HasNone(block.Faults())) break;
    Store24(out + written, block.Bytes());
  }
  return i;
}

}  // namespace vivarium::text_avx2

#endif
