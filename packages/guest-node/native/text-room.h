// Room for a text that is being made: what is long stays where it was written, outside V8's heap.
#pragma once

#include <type_traits>

#include "helper.h"
#include "long-memory.h"

namespace vivarium {

// Characters that a string of V8's refers to. Their memory is the isolate's own as that of its buffers is, and counts so;
// V8 has been told of it before it was taken.
template <typename Unit>
class LongText final : public std::conditional_t<sizeof(Unit) == 1, String::ExternalOneByteStringResource,
                                                 String::ExternalStringResource> {
 public:
  using Character = std::conditional_t<sizeof(Unit) == 1, char, uint16_t>;

  LongText(Isolate* isolate, Unit* units, size_t length) : isolate_(isolate), units_(units), length_(length) {}
  ~LongText() override { GiveBack(isolate_, units_, size()); }

  // Null when memory is short. May collect garbage.
  static void* Take(Isolate* isolate, size_t size) {
    long_memory::Expect(isolate, size);
    isolate->AdjustAmountOfExternalAllocatedMemory(static_cast<int64_t>(size));
    void* taken = isolate->GetArrayBufferAllocator()->AllocateUninitialized(size);
    if (taken == nullptr) isolate->AdjustAmountOfExternalAllocatedMemory(-static_cast<int64_t>(size));
    return taken;
  }
  static void GiveBack(Isolate* isolate, void* taken, size_t size) {
    isolate->AdjustAmountOfExternalAllocatedMemory(-static_cast<int64_t>(size));
    isolate->GetArrayBufferAllocator()->Free(taken, size);
  }

  const Character* data() const override { return reinterpret_cast<const Character*>(units_); }
  size_t length() const override { return length_; }

 private:
  size_t size() const { return length_ * sizeof(Unit); }

  Isolate* isolate_;
  Unit* units_;
  size_t length_;
};

// Room for `length` units. Between Reserve() and Finish() nothing of it is read: all of it has to be written.
template <typename Unit>
class TextRoom {
 public:
  TextRoom(Isolate* isolate, size_t length) : isolate_(isolate), length_(length) {}
  ~TextRoom() {
    if (units_ == nullptr || units_ == small_) return;
    if (IsLong()) {
      LongText<Unit>::GiveBack(isolate_, units_, length_ * sizeof(Unit));
    } else {
      std::free(units_);
    }
  }
  TextRoom(const TextRoom&) = delete;
  void operator=(const TextRoom&) = delete;

  // False with an exception pending. May collect garbage.
  bool Reserve() {
    if (length_ > static_cast<size_t>(String::kMaxLength)) {
      ThrowStringTooLong(isolate_);
      return false;
    }
    const size_t size = length_ * sizeof(Unit);
    void* room = size <= sizeof small_ ? small_
                 : IsLong()            ? LongText<Unit>::Take(isolate_, size)
                                       : std::malloc(size);
    units_ = static_cast<Unit*>(room);
    if (units_ == nullptr) ThrowOutOfMemory(isolate_);
    return units_ != nullptr;
  }

  Unit* data() { return units_; }

  // The text, once. Empty with an exception pending.
  MaybeLocal<String> Finish() {
    if (length_ == 0) return String::Empty(isolate_);
    Local<String> text;
    if (IsLong() ? Refer().ToLocal(&text) : Copy(isolate_, units_, length_).ToLocal(&text)) return text;
    ThrowStringTooLong(isolate_);
    return {};
  }

  // The text of units that lie anywhere, aligned or not.
  static MaybeLocal<String> Copied(Isolate* isolate, const uint8_t* data, size_t length) {
    const bool aligned = reinterpret_cast<uintptr_t>(data) % alignof(Unit) == 0;
    if (aligned && length > 0 && length < kLong) {
      Local<String> text;
      if (Copy(isolate, reinterpret_cast<const Unit*>(data), length).ToLocal(&text)) return text;
      ThrowStringTooLong(isolate);
      return {};
    }
    TextRoom room(isolate, length);
    if (!room.Reserve()) return {};
    std::memcpy(room.data(), data, length * sizeof(Unit));
    return room.Finish();
  }

 private:
  // From here on a copy into the heap costs more than an object outside of it.
  static constexpr size_t kLong = long_memory::kLong;

  bool IsLong() const { return length_ >= kLong; }

  static MaybeLocal<String> Copy(Isolate* isolate, const uint8_t* units, size_t length) {
    return String::NewFromOneByte(isolate, units, NewStringType::kNormal, static_cast<int>(length));
  }
  static MaybeLocal<String> Copy(Isolate* isolate, const uint16_t* units, size_t length) {
    return String::NewFromTwoByte(isolate, units, NewStringType::kNormal, static_cast<int>(length));
  }

  static MaybeLocal<String> External(Isolate* isolate, LongText<uint8_t>* text) {
    return String::NewExternalOneByte(isolate, text);
  }
  static MaybeLocal<String> External(Isolate* isolate, LongText<uint16_t>* text) {
    return String::NewExternalTwoByte(isolate, text);
  }

  MaybeLocal<String> Refer() {
    auto* text = new (std::nothrow) LongText<Unit>(isolate_, units_, length_);
    if (text == nullptr) return {};
    units_ = nullptr;
    MaybeLocal<String> made = External(isolate_, text);
    if (made.IsEmpty()) delete text;
    return made;
  }

  Isolate* isolate_;
  size_t length_;
  Unit* units_ = nullptr;
  Unit small_[1024 / sizeof(Unit)];
};

}  // namespace vivarium
