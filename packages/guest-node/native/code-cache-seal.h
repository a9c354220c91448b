// V8 trusts code cache as it trusts its own memory: whoever can forge some owns the process. So what the
// helper hands to a guest carries a keyed hash over the cache and the source text that it was made from,
// and only what bears the right one is handed back to V8. Anything else counts as rejected, as V8 itself
// rejects cache of another version.
#pragma once

#include "helper.h"

namespace vivarium {

struct Seal {
  static constexpr size_t kSize = 16;
  uint8_t bytes[kSize];
};

// The key of this process: random bytes of the operating system, the same for all of its guests, which share the
// code cache of Node's library. False when there are none.
bool MakeSealKey(uint64_t key[2]);

// What a cache was made for. V8 compares little more than the length of the text: a script's cache handed in for
// a function, or for other parameters, would make it run bytecode of the wrong shape.
struct CacheSubject {
  Local<String> text;
  // Script, module, or function with these parameters under so many context extensions.
  Local<String> shape;
};

// SipHash-2-4 with 128 bits of result, over the subject and then the data.
Seal SealOf(State* state, const CacheSubject& subject, const uint8_t* data, size_t size);

}  // namespace vivarium
