#include "serdes-buffers.h"

namespace vivarium {

SerdesBuffers::~SerdesBuffers() {
  while (blocks_ != nullptr) {
    Block* next = blocks_->next;
    std::free(blocks_);
    blocks_ = next;
  }
}

void* SerdesBuffers::Reallocate(void* old, size_t size) {
  Block* block = old == nullptr ? nullptr : static_cast<Block*>(old) - 1;
  size_t before = block == nullptr ? 0 : block->size;
  if (size > limit_ || used_ - before > limit_ - size) return nullptr;
  auto* moved = static_cast<Block*>(std::realloc(block, sizeof(Block) + size));
  if (moved == nullptr) return nullptr;
  if (block == nullptr) {
    moved->previous = nullptr;
    moved->next = blocks_;
    if (blocks_ != nullptr) blocks_->previous = moved;
    blocks_ = moved;
  } else {
    if (moved->previous != nullptr) moved->previous->next = moved;
    if (moved->next != nullptr) moved->next->previous = moved;
    if (blocks_ == block) blocks_ = moved;
  }
  moved->size = size;
  used_ = used_ - before + size;
  return moved + 1;
}

void SerdesBuffers::Free(void* data) {
  if (data == nullptr) return;
  Block* block = static_cast<Block*>(data) - 1;
  if (block->previous != nullptr) block->previous->next = block->next;
  if (block->next != nullptr) block->next->previous = block->previous;
  if (blocks_ == block) blocks_ = block->next;
  used_ -= block->size;
  std::free(block);
}

}  // namespace vivarium
