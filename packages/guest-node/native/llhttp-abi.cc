#include "llhttp-abi.h"

#include <cstring>

namespace vivarium::llhttp {

namespace {

constexpr unsigned char kMark = 0xA5;

bool IsMarked(const unsigned char* from, const unsigned char* to) {
  for (; from < to; from++) {
    if (*from != kMark) return false;
  }
  return true;
}

bool HasFunctions() {
  for (auto set : kLenient) {
    if (set == nullptr) return false;
  }
  return llhttp_init != nullptr && llhttp_settings_init != nullptr && llhttp_execute != nullptr &&
         llhttp_finish != nullptr && llhttp_pause != nullptr && llhttp_resume != nullptr &&
         llhttp_resume_after_upgrade != nullptr && llhttp_should_keep_alive != nullptr &&
         llhttp_errno_name != nullptr && llhttp_get_error_reason != nullptr && llhttp_set_error_reason != nullptr &&
         llhttp_get_error_pos != nullptr && llhttp_get_method != nullptr && llhttp_get_http_major != nullptr &&
         llhttp_get_http_minor != nullptr && llhttp_get_upgrade != nullptr && llhttp_get_status_code != nullptr;
}

// llhttp zeroes its settings as long as it thinks that they are.
bool HasSettings() {
  unsigned char probe[2 * sizeof(Settings)];
  std::memset(probe, kMark, sizeof(probe));
  llhttp_settings_init(reinterpret_cast<Settings*>(probe));
  for (size_t i = 0; i < sizeof(Settings); i++) {
    if (probe[i] != 0) return false;
  }
  return IsMarked(probe + sizeof(Settings), probe + sizeof(probe));
}

bool FitsRoom() {
  static const Settings kNone = {};
  struct {
    Raw parser;
    unsigned char beyond[kParserRoom];
  } probe;
  std::memset(&probe, kMark, sizeof(probe));
  llhttp_init(&probe.parser, kRequest, &kNone);
  return IsMarked(probe.beyond, probe.beyond + sizeof(probe.beyond));
}

}  // namespace

bool IsUsable() {
  static const bool usable = HasFunctions() && HasSettings() && FitsRoom();
  return usable;
}

}  // namespace vivarium::llhttp
