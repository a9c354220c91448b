// Node's own parser of HTTP, as the executable that runs this carries it: llhttp exports its functions, and Node its
// symbols. Nothing of it is linked; where it is missing, or not as it is declared here, there is no parser.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vivarium::llhttp {

// Larger than any llhttp_t; a pointer to whoever owns it lies behind it.
constexpr size_t kParserRoom = 512;

struct Raw {
  alignas(16) unsigned char room[kParserRoom];
};

using Callback = int (*)(Raw*);
using DataCallback = int (*)(Raw*, const char* at, size_t length);

// llhttp_settings_t since llhttp 9.3.
struct Settings {
  Callback on_message_begin;
  DataCallback on_protocol;
  DataCallback on_url;
  DataCallback on_status;
  DataCallback on_method;
  DataCallback on_version;
  DataCallback on_header_field;
  DataCallback on_header_value;
  DataCallback on_chunk_extension_name;
  DataCallback on_chunk_extension_value;
  Callback on_headers_complete;
  DataCallback on_body;
  Callback on_message_complete;
  Callback on_protocol_complete;
  Callback on_url_complete;
  Callback on_status_complete;
  Callback on_method_complete;
  Callback on_version_complete;
  Callback on_header_field_complete;
  Callback on_header_value_complete;
  Callback on_chunk_extension_name_complete;
  Callback on_chunk_extension_value_complete;
  Callback on_chunk_header;
  Callback on_chunk_complete;
  Callback on_reset;
};

enum Type : int { kRequest = 1, kResponse = 2 };
enum Errno : int { kOk = 0, kPaused = 21, kPausedUpgrade = 22, kUser = 24 };

#define VIVARIUM_LLHTTP __attribute__((weak))
extern "C" {
VIVARIUM_LLHTTP void llhttp_init(Raw* parser, int type, const Settings* settings);
VIVARIUM_LLHTTP void llhttp_settings_init(Settings* settings);
VIVARIUM_LLHTTP int llhttp_execute(Raw* parser, const char* data, size_t length);
VIVARIUM_LLHTTP int llhttp_finish(Raw* parser);
VIVARIUM_LLHTTP void llhttp_pause(Raw* parser);
VIVARIUM_LLHTTP void llhttp_resume(Raw* parser);
VIVARIUM_LLHTTP void llhttp_resume_after_upgrade(Raw* parser);
VIVARIUM_LLHTTP int llhttp_should_keep_alive(const Raw* parser);
VIVARIUM_LLHTTP const char* llhttp_errno_name(int code);
VIVARIUM_LLHTTP const char* llhttp_get_error_reason(const Raw* parser);
VIVARIUM_LLHTTP void llhttp_set_error_reason(Raw* parser, const char* reason);
VIVARIUM_LLHTTP const char* llhttp_get_error_pos(const Raw* parser);
VIVARIUM_LLHTTP uint8_t llhttp_get_method(Raw* parser);
VIVARIUM_LLHTTP uint8_t llhttp_get_http_major(Raw* parser);
VIVARIUM_LLHTTP uint8_t llhttp_get_http_minor(Raw* parser);
VIVARIUM_LLHTTP uint8_t llhttp_get_upgrade(Raw* parser);
VIVARIUM_LLHTTP int llhttp_get_status_code(Raw* parser);
VIVARIUM_LLHTTP void llhttp_set_lenient_headers(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_chunked_length(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_keep_alive(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_transfer_encoding(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_version(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_data_after_close(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_optional_lf_after_cr(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_optional_crlf_after_chunk(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_optional_cr_before_lf(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_spaces_after_chunk_size(Raw* parser, int enabled);
VIVARIUM_LLHTTP void llhttp_set_lenient_header_value_relaxed(Raw* parser, int enabled);
}
#undef VIVARIUM_LLHTTP

// The bits of lenient flags, in the order in which Node numbers them.
constexpr void (*kLenient[])(Raw*, int) = {
    llhttp_set_lenient_headers,
    llhttp_set_lenient_chunked_length,
    llhttp_set_lenient_keep_alive,
    llhttp_set_lenient_transfer_encoding,
    llhttp_set_lenient_version,
    llhttp_set_lenient_data_after_close,
    llhttp_set_lenient_optional_lf_after_cr,
    llhttp_set_lenient_optional_crlf_after_chunk,
    llhttp_set_lenient_optional_cr_before_lf,
    llhttp_set_lenient_spaces_after_chunk_size,
    llhttp_set_lenient_header_value_relaxed,
};

// Whether the executable's parser is there, and its structures are of the sizes that are declared here.
bool IsUsable();

}  // namespace vivarium::llhttp
