// Text in blocks of many bytes. Where the processor (or the compiler) has no vectors for it, the same by single bytes.
// Nothing here knows V8: every function reads what it is given, and writes no more than it says.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vivarium::text_vectors {

bool IsAscii(const uint8_t* data, size_t size);

bool IsUtf8(const uint8_t* data, size_t size);

// Whether no byte is greater than a limit.
bool IsAtMost(const uint8_t* data, size_t size, uint8_t limit);

// How many units of UTF-16 well-formed UTF-8 has.
size_t Utf16Units(const uint8_t* data, size_t size);

// Well-formed UTF-8 to the UTF-16 of so many units as Utf16Units() says.
void Utf8ToUtf16(const uint8_t* data, size_t size, uint16_t* out, size_t units);

// Well-formed UTF-8 without characters beyond U+00FF to one byte for each.
void Utf8ToLatin1(const uint8_t* data, size_t size, uint8_t* out, size_t units);

// Each byte without its highest bit.
void MaskAscii(const uint8_t* data, size_t size, uint8_t* out);

// Turns around every two, four or eight bytes, and says how many have been: a multiple of that. What is left may be more.
size_t SwapBytes(uint8_t* data, size_t size, size_t width);

// Two digits for each byte.
void EncodeHex(const uint8_t* data, size_t size, uint8_t* out);

// Groups of three bytes to four digits: how many bytes have been read, a multiple of three. What is left may be more
// than a group.
size_t EncodeBase64(const uint8_t* data, size_t size, uint8_t* out, bool url);

// Groups of four digits to three bytes, as long as `capacity` lasts and all are digits: how many digits have been read, a
// multiple of four. What is left may be more than a group. Digits of base64url count where `either` says so.
size_t DecodeBase64(const uint8_t* text, size_t length, uint8_t* out, size_t capacity, bool either);
size_t DecodeBase64(const uint16_t* text, size_t length, uint8_t* out, size_t capacity, bool either);

}  // namespace vivarium::text_vectors
