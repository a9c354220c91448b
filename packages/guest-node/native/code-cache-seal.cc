#include "code-cache-seal.h"

#if defined(_WIN32)
#include <windows.h>
// After windows.h, whose types it uses.
#include <bcrypt.h>
#else
#include <unistd.h>
#if defined(__APPLE__) || defined(__linux__)
#include <sys/random.h>
#endif
#endif

namespace vivarium {

namespace {

uint64_t Rotate(uint64_t word, int bits) { return word << bits | word >> (64 - bits); }

// The SipHash of Aumasson and Bernstein, fed piece by piece.
class SipHash {
 public:
  explicit SipHash(const uint64_t key[2])
      : v0_(key[0] ^ 0x736f6d6570736575u),
        v1_(key[1] ^ 0x646f72616e646f6du ^ 0xee),
        v2_(key[0] ^ 0x6c7967656e657261u),
        v3_(key[1] ^ 0x7465646279746573u) {}

  void Feed(const void* data, size_t size) {
    const auto* bytes = static_cast<const uint8_t*>(data);
    length_ += size;
    while (size > 0 && held_ > 0) {
      Hold(*bytes++);
      size--;
    }
    for (; size >= 8; bytes += 8, size -= 8) {
      uint64_t word;
      std::memcpy(&word, bytes, 8);
      Compress(word);
    }
    while (size-- > 0) Hold(*bytes++);
  }

  Seal Finish() {
    uint64_t last = word_ | static_cast<uint64_t>(length_ & 255) << 56;
    Compress(last);
    v2_ ^= 0xee;
    for (int i = 0; i < 4; i++) Round();
    uint64_t low = v0_ ^ v1_ ^ v2_ ^ v3_;
    v1_ ^= 0xdd;
    for (int i = 0; i < 4; i++) Round();
    uint64_t high = v0_ ^ v1_ ^ v2_ ^ v3_;
    Seal seal;
    std::memcpy(seal.bytes, &low, 8);
    std::memcpy(seal.bytes + 8, &high, 8);
    return seal;
  }

 private:
  void Hold(uint8_t byte) {
    word_ |= static_cast<uint64_t>(byte) << (8 * held_);
    if (++held_ < 8) return;
    Compress(word_);
    word_ = 0;
    held_ = 0;
  }

  void Compress(uint64_t word) {
    v3_ ^= word;
    Round();
    Round();
    v0_ ^= word;
  }

  void Round() {
    v0_ += v1_;
    v1_ = Rotate(v1_, 13) ^ v0_;
    v0_ = Rotate(v0_, 32);
    v2_ += v3_;
    v3_ = Rotate(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = Rotate(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = Rotate(v1_, 17) ^ v2_;
    v2_ = Rotate(v2_, 32);
  }

  uint64_t v0_;
  uint64_t v1_;
  uint64_t v2_;
  uint64_t v3_;
  uint64_t word_ = 0;
  int held_ = 0;
  size_t length_ = 0;
};

bool FillRandom(uint64_t key[2]) {
#if defined(_WIN32)
  return BCryptGenRandom(nullptr, reinterpret_cast<PUCHAR>(key), 16, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
#else
  return getentropy(key, 16) == 0;
#endif
}

struct ProcessKey {
  uint64_t words[2];
  bool filled;
  ProcessKey() : filled(FillRandom(words)) {}
};

}  // namespace

bool MakeSealKey(uint64_t key[2]) {
  // Made once and never changed, so that what one guest compiled serves the next.
  static const ProcessKey process_key;
  std::memcpy(key, process_key.words, sizeof process_key.words);
  return process_key.filled;
}

Seal SealOf(State* state, const CacheSubject& subject, const uint8_t* data, size_t size) {
  SipHash hash(state->seal_key);
  for (Local<String> part : {subject.shape, subject.text}) {
    String::ValueView view(state->isolate, part);
    uint64_t header = static_cast<uint64_t>(view.length()) << 1 | (view.is_one_byte() ? 1 : 0);
    hash.Feed(&header, sizeof header);
    if (view.is_one_byte()) {
      hash.Feed(view.data8(), view.length());
    } else {
      hash.Feed(view.data16(), static_cast<size_t>(view.length()) * 2);
    }
  }
  hash.Feed(data, size);
  return hash.Finish();
}

}  // namespace vivarium
