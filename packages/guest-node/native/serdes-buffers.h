// Memory of serializers and deserializers: bounded per guest, and freed with the guest's state whatever
// became of the objects that used it.
#pragma once

#include "helper.h"

namespace vivarium {

class SerdesBuffers {
 public:
  explicit SerdesBuffers(size_t limit) : limit_(limit) {}
  ~SerdesBuffers();
  SerdesBuffers(const SerdesBuffers&) = delete;
  void operator=(const SerdesBuffers&) = delete;

  // As realloc(): null when memory is short or the guest's share is used up.
  void* Reallocate(void* old, size_t size);
  void Free(void* data);

  // Serializers and deserializers that live at once.
  static constexpr int kMaxLive = 4096;
  int live = 0;

 private:
  struct alignas(16) Block {
    Block* next;
    Block* previous;
    size_t size;
  };

  size_t limit_;
  size_t used_ = 0;
  Block* blocks_ = nullptr;
};

}  // namespace vivarium
