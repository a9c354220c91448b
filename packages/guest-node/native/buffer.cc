// Buffer's bytes: comparing, copying, filling, searching, swapping, allocating.
#include "text-codec.h"

#include <cmath>

namespace vivarium {

namespace buffer_text {
void Register(State* state, Local<Object> topic);
}

namespace buffer {

namespace {

void ThrowNotBuffer(Isolate* isolate) {
  ThrowCoded(isolate, 'T', "ERR_INVALID_ARG_TYPE", "argument must be a buffer");
}

size_t Less(size_t a, size_t b) { return a < b ? a : b; }

// Opens both or throws.
bool OpenTwo(Isolate* isolate, Local<Value> a, Local<Value> b, ReadBytes* first, ReadBytes* second) {
  if (!first->Open(a) || !second->Open(b)) {
    ThrowNotBuffer(isolate);
    return false;
  }
  if (first->failed() || second->failed()) {
    ThrowOutOfMemory(isolate);
    return false;
  }
  return true;
}

int Order(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size) {
  size_t common = Less(a_size, b_size);
  int order = common == 0 ? 0 : std::memcmp(a, b, common);
  if (order == 0 && a_size != b_size) order = a_size < b_size ? -1 : 1;
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

void Compare(const Info& args) {
  ReadBytes a;
  ReadBytes b;
  if (!OpenTwo(args.GetIsolate(), args[0], args[1], &a, &b)) return;
  args.GetReturnValue().Set(Order(a.data(), a.size(), b.data(), b.size()));
}

// (source, target, targetStart, sourceStart, targetEnd, sourceEnd)
void CompareOffset(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  size_t target_start;
  size_t source_start;
  size_t target_end;
  size_t source_end;
  if (!IndexArgument(context, args[2], 0, &target_start) || !IndexArgument(context, args[3], 0, &source_start) ||
      !IndexArgument(context, args[4], SIZE_MAX, &target_end) || !IndexArgument(context, args[5], SIZE_MAX, &source_end)) {
    return;
  }
  ReadBytes source;
  ReadBytes target;
  if (!OpenTwo(isolate, args[0], args[1], &source, &target)) return;
  if (source_start > source.size()) {
    return ThrowCoded(isolate, 'R', "ERR_OUT_OF_RANGE", "The value of \"sourceStart\" is out of range.");
  }
  if (target_start > target.size()) {
    return ThrowCoded(isolate, 'R', "ERR_OUT_OF_RANGE", "The value of \"targetStart\" is out of range.");
  }
  source_end = Less(source_end, source.size());
  target_end = Less(target_end, target.size());
  args.GetReturnValue().Set(Order(source.data() + source_start, source_end > source_start ? source_end - source_start : 0,
                                  target.data() + target_start,
                                  target_end > target_start ? target_end - target_start : 0));
}

// (source, target, targetStart, sourceStart, count): what fits is moved, overlap is fine.
void MoveBytes(const Info& args, int source_at, int target_at, int target_start_at, int source_start_at) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  size_t target_start;
  size_t source_start;
  size_t count;
  if (!IndexArgument(context, args[target_start_at], 0, &target_start) ||
      !IndexArgument(context, args[source_start_at], 0, &source_start) ||
      !IndexArgument(context, args[4], 0, &count)) {
    return;
  }
  WriteBytes source;
  WriteBytes target;
  if (!source.Open(args[source_at]) || !target.Open(args[target_at])) return ThrowNotBuffer(isolate);
  if (source_start > source.size || target_start > target.size) {
    return ThrowCoded(isolate, 'R', "ERR_OUT_OF_RANGE", "Index out of range");
  }
  count = Less(count, Less(source.size - source_start, target.size - target_start));
  if (count > 0) std::memmove(target.data + target_start, source.data + source_start, count);
  args.GetReturnValue().Set(static_cast<double>(count));
}

void Copy(const Info& args) { MoveBytes(args, 0, 1, 2, 3); }

// (destination, destinationOffset, source, sourceOffset, count)
void CopyArrayBuffer(const Info& args) { MoveBytes(args, 2, 0, 1, 3); }

struct EncodingName {
  const char* name;
  Encoding encoding;
};
constexpr EncodingName kEncodingNames[] = {
    {"utf8", kUtf8},     {"utf-8", kUtf8},   {"ucs2", kUcs2},     {"ucs-2", kUcs2},     {"utf16le", kUcs2},
    {"utf-16le", kUcs2}, {"latin1", kLatin1}, {"binary", kLatin1}, {"ascii", kAscii},    {"hex", kHex},
    {"base64", kBase64}, {"base64url", kBase64Url}, {"buffer", kBuffer},
};

// By Node's number or by name; what is neither counts as UTF-8.
Encoding EncodingOf(Isolate* isolate, Local<Value> value) {
  if (value->IsInt32()) {
    int number = value.As<Int32>()->Value();
    return number >= 0 && number < kEncodingCount ? static_cast<Encoding>(number) : kUtf8;
  }
  if (!value->IsString() || value.As<String>()->Length() > 16) return kUtf8;
  String::Utf8Value name(isolate, value);
  if (*name == nullptr) return kUtf8;
  for (char* c = *name; *c != '\0'; c++) {
    if (*c >= 'A' && *c <= 'Z') *c = static_cast<char>(*c + 32);
  }
  for (const EncodingName& entry : kEncodingNames) {
    if (std::strcmp(entry.name, *name) == 0) return entry.encoding;
  }
  return kUtf8;
}

// (view, value, start, end, encoding): -2 out of bounds, -1 nothing to fill with.
void Fill(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  size_t start;
  size_t end;
  if (!args[0]->IsArrayBufferView()) return ThrowNotBuffer(isolate);
  if (!IndexArgument(context, args[2], 0, &start) || !IndexArgument(context, args[3], SIZE_MAX, &end)) return;
  uint32_t number = 0;
  Encoded text;
  ReadBytes view;
  bool is_view = args[1]->IsArrayBufferView();
  if (args[1]->IsString()) {
    if (!text.Fill(isolate, EncodingOf(isolate, args[4]), args[1].As<String>())) return ThrowOutOfMemory(isolate);
  } else if (!is_view && !args[1]->Uint32Value(context).To(&number)) {
    return;
  }
  WriteBytes target;
  target.Open(args[0]);
  if (args[3]->IsUndefined()) end = target.size;
  if (start > end || end > target.size) return args.GetReturnValue().Set(-2);
  size_t length = end - start;
  if (length == 0) return;
  const uint8_t* pattern;
  size_t size;
  if (is_view) {
    view.Open(args[1]);
    if (view.failed()) return ThrowOutOfMemory(isolate);
    pattern = view.data();
    size = view.size();
  } else if (args[1]->IsString()) {
    pattern = text.data();
    size = text.size();
  } else {
    std::memset(target.data + start, static_cast<int>(number & 255), length);
    return;
  }
  if (size == 0) return args.GetReturnValue().Set(-1);
  uint8_t* out = target.data + start;
  size_t done = Less(size, length);
  std::memmove(out, pattern, done);
  while (done < length) {
    size_t step = Less(done, length - done);
    std::memcpy(out + done, out, step);
    done += step;
  }
}

struct Range {
  bool forward;
  size_t start;
  size_t end;
};

// Where a search starts. An offset is relative to the end when negative; beyond the ends it is clamped,
// and a forward search that starts behind the end, or a backward one before the start, finds nothing.
bool SearchRange(Local<Context> context, const Info& args, int offset_at, int forward_at, int end_at, double* offset,
                 Range* range, size_t* end) {
  if (!args[offset_at]->NumberValue(context).To(offset)) return false;
  if (std::isnan(*offset)) *offset = 0;
  range->forward = args[forward_at]->IsTrue();
  double limit = INFINITY;
  if (!args[end_at]->IsUndefined() && !args[end_at]->NumberValue(context).To(&limit)) return false;
  if (std::isnan(limit) || limit < 0) limit = 0;
  *end = limit >= 9007199254740992.0 ? SIZE_MAX : static_cast<size_t>(limit);
  return true;
}

// A text of units of `step` bytes, read from either end.
struct Units {
  const uint8_t* data;
  size_t count;
  size_t step;
  bool forward;

  const uint8_t* At(size_t i) const { return data + (forward ? i : count - 1 - i) * step; }
};

bool Same(const Units& a, size_t i, const Units& b, size_t j) { return std::memcmp(a.At(i), b.At(j), a.step) == 0; }

// The search of Knuth, Morris and Pratt, whose time grows with the sum of the sizes. NaN when memory is short.
double FindLinear(const Units& text, const Units& word, size_t from) {
  if (word.count > SIZE_MAX / sizeof(size_t)) return NAN;
  auto* borders = static_cast<size_t*>(std::malloc(word.count * sizeof(size_t)));
  if (borders == nullptr) return NAN;
  borders[0] = 0;
  for (size_t i = 1, matched = 0; i < word.count; i++) {
    while (matched > 0 && !Same(word, i, word, matched)) matched = borders[matched - 1];
    if (Same(word, i, word, matched)) matched++;
    borders[i] = matched;
  }
  double found = -1;
  for (size_t i = from, matched = 0; i < text.count; i++) {
    while (matched > 0 && !Same(text, i, word, matched)) matched = borders[matched - 1];
    if (Same(text, i, word, matched)) matched++;
    if (matched == word.count) {
      found = static_cast<double>(i + 1 - word.count);
      break;
    }
  }
  std::free(borders);
  return found;
}

constexpr size_t kNowhere = SIZE_MAX;

// The last place of a byte, or null.
const uint8_t* LastByte(const uint8_t* data, uint8_t byte, size_t size) {
#ifdef __linux__
  return static_cast<const uint8_t*>(memrchr(data, byte, size));
#else
  while (size > 0) {
    if (data[--size] == byte) return data + size;
  }
  return nullptr;
#endif
}

// The next place from `at` on, up to `last` or down to the start, where the needle's first unit may be: where the greater
// byte of it is, as most of UTF-16 has a smaller one that is zero.
size_t Candidate(const uint8_t* hay, size_t at, size_t last, const uint8_t* needle, bool forward, size_t step) {
  const size_t key = step == 2 && needle[1] > needle[0] ? 1 : 0;
  while (at <= last) {
    const auto* hit = forward ? static_cast<const uint8_t*>(std::memchr(hay + at + key, needle[key], last - at + 1))
                              : LastByte(hay + key, needle[key], at + 1);
    if (hit == nullptr) return kNowhere;
    at = static_cast<size_t>(hit - hay) - key;
    if (at % step == 0) return at;
    at = forward ? at + 1 : at - 1;
  }
  return kNowhere;
}

// The index of a needle, with Node's rules for empty needles, or -1; NaN when memory is short. `step` is 2 for UTF-16.
double Find(const uint8_t* hay, size_t hay_size, const uint8_t* needle, size_t needle_size, double offset,
            const Range& range, size_t step) {
  // UTF-16 knows no half units at the end.
  hay_size = hay_size / step * step;
  auto size = static_cast<double>(hay_size);
  double start = std::trunc(offset);
  if (start < 0) start += size;
  if (needle_size == 0) return start < 0 ? 0 : start > size ? size : start;
  if (start < 0) {
    if (!range.forward) return -1;
    start = 0;
  }
  needle_size = needle_size / step * step;
  if (needle_size == 0 || needle_size > hay_size) return -1;
  if (start > size - static_cast<double>(needle_size)) {
    if (range.forward) return -1;
    start = size - static_cast<double>(needle_size);
  }
  auto at = static_cast<size_t>(start) / step * step;
  size_t last = hay_size - needle_size;
  // Comparing at every place is fast until both texts repeat themselves: then the time grows with the product of
  // their sizes, and nothing can interrupt it.
  size_t patience = hay_size / needle_size * 16 + 4096;
  for (; patience > 0; patience--) {
    at = Candidate(hay, at, last, needle, range.forward, step);
    if (at == kNowhere) return -1;
    if (std::memcmp(hay + at, needle, needle_size) == 0) return static_cast<double>(at);
    at = range.forward ? at + step : at < step ? kNowhere : at - step;
    if (at == kNowhere) return -1;
  }
  if (at > last) return -1;
  Units text{hay, hay_size / step, step, range.forward};
  Units word{needle, needle_size / step, step, range.forward};
  double found = FindLinear(text, word, range.forward ? at / step : (last - at) / step);
  if (found < 0 || std::isnan(found)) return found;
  return range.forward ? found * static_cast<double>(step) : static_cast<double>(last) - found * static_cast<double>(step);
}

void Search(const Info& args, const uint8_t* needle, size_t needle_size, Encoding encoding, double offset,
            const Range& range, size_t end) {
  Isolate* isolate = args.GetIsolate();
  ReadBytes hay;
  if (!hay.Open(args[0])) return ThrowNotBuffer(isolate);
  if (hay.failed()) return ThrowOutOfMemory(isolate);
  double found = Find(hay.data(), Less(hay.size(), end), needle, needle_size, offset, range, encoding == kUcs2 ? 2 : 1);
  if (std::isnan(found)) return ThrowOutOfMemory(isolate);
  args.GetReturnValue().Set(found);
}

// (buffer, text, offset, encoding, forward, end)
void IndexOfString(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  double offset;
  Range range;
  size_t end;
  if (!args[1]->IsString()) return ThrowTypeError(isolate, "indexOfString takes a string");
  if (!SearchRange(isolate->GetCurrentContext(), args, 2, 4, 5, &offset, &range, &end)) return;
  Encoding encoding = EncodingOf(isolate, args[3]);
  Encoded needle;
  if (!needle.Fill(isolate, encoding, args[1].As<String>())) return ThrowOutOfMemory(isolate);
  Search(args, needle.data(), needle.size(), encoding, offset, range, end);
}

// (buffer, needle, offset, encoding, forward, end)
void IndexOfBuffer(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  double offset;
  Range range;
  size_t end;
  if (!SearchRange(isolate->GetCurrentContext(), args, 2, 4, 5, &offset, &range, &end)) return;
  Encoding encoding = EncodingOf(isolate, args[3]);
  ReadBytes needle;
  if (!needle.Open(args[1])) return ThrowNotBuffer(isolate);
  if (needle.failed()) return ThrowOutOfMemory(isolate);
  Search(args, needle.data(), needle.size(), encoding, offset, range, end);
}

// (buffer, byte, offset, forward, end)
void IndexOfNumber(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  double offset;
  Range range;
  size_t end;
  uint32_t number;
  if (!SearchRange(context, args, 2, 3, 4, &offset, &range, &end) || !args[1]->Uint32Value(context).To(&number)) return;
  auto byte = static_cast<uint8_t>(number & 255);
  Search(args, &byte, 1, kLatin1, offset, range, end);
}

template <size_t width>
struct Whole;
template <>
struct Whole<2> {
  using Number = uint16_t;
  static Number Swapped(Number number) { return static_cast<Number>(number << 8 | number >> 8); }
};
template <>
struct Whole<4> {
  using Number = uint32_t;
  static Number Swapped(Number number) { return __builtin_bswap32(number); }
};
template <>
struct Whole<8> {
  using Number = uint64_t;
  static Number Swapped(Number number) { return __builtin_bswap64(number); }
};

template <size_t width>
void Swap(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  WriteBytes bytes;
  if (!args[0]->IsArrayBufferView() || !bytes.Open(args[0])) return ThrowNotBuffer(isolate);
  size_t at = text_vectors::SwapBytes(bytes.data, bytes.size, width);
  for (; at + width <= bytes.size; at += width) {
    typename Whole<width>::Number number;
    std::memcpy(&number, bytes.data + at, width);
    number = Whole<width>::Swapped(number);
    std::memcpy(bytes.data + at, &number, width);
  }
  args.GetReturnValue().Set(args[0]);
}

// Memory that the guest will overwrite. It may show the isolate's own older bytes, as in Node, but this
// process holds other guests' memory too: so it comes zeroed all the same.
void CreateUnsafeArrayBuffer(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  size_t size;
  if (!IndexArgument(isolate->GetCurrentContext(), args[0], 0, &size)) return;
  long_memory::Expect(isolate, size);
  Local<ArrayBuffer> buffer;
  if (size > ArrayBuffer::kMaxByteLength || !ArrayBuffer::MaybeNew(isolate, size).ToLocal(&buffer)) {
    return ThrowRangeError(isolate, "Array buffer allocation failed");
  }
  args.GetReturnValue().Set(buffer);
}

void SetDetachKey(const Info& args) {
  if (!args[0]->IsArrayBuffer()) return ThrowTypeError(args.GetIsolate(), "setDetachKey takes an ArrayBuffer");
  args[0].As<ArrayBuffer>()->SetDetachKey(args[1]);
}

}  // namespace

void Register(State* state, Local<Object> target) {
  static constexpr Entry kEntries[] = {
      {"compare", Compare, 2},
      {"compareOffset", CompareOffset, 6},
      {"copy", Copy, 5},
      {"copyArrayBuffer", CopyArrayBuffer, 5},
      {"fill", Fill, 5},
      {"indexOfString", IndexOfString, 6},
      {"indexOfBuffer", IndexOfBuffer, 6},
      {"indexOfNumber", IndexOfNumber, 5},
      {"swap16", Swap<2>, 1},
      {"swap32", Swap<4>, 1},
      {"swap64", Swap<8>, 1},
      {"createUnsafeArrayBuffer", CreateUnsafeArrayBuffer, 1},
      {"setDetachKey", SetDetachKey, 2},
  };
  static constexpr Constant kConstants[] = {
      {"kMaxLength", static_cast<double>(TypedArray::kMaxByteLength)},
      {"kStringMaxLength", String::kMaxLength},
  };
  Local<Object> topic = Topic(state, target, "buffer");
  Install(state, topic, kEntries);
  Install(state, topic, kConstants);
  buffer_text::Register(state, topic);
}

}  // namespace buffer
}  // namespace vivarium
