#ifndef VIVARIUM_PROCESS_NAPI_H_
#define VIVARIUM_PROCESS_NAPI_H_

#include <node_api.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

// What the functions behind the process door share. They are Node-API's, not V8's: a cell's own Node calls them.
namespace vivarium::process_napi {

// Throws what the system said of `what`.
inline napi_value Fail(napi_env env, const char* what) {
  char message[128];
  std::snprintf(message, sizeof message, "%s failed: %s", what, strerror(errno));
  napi_throw_error(env, "ERR_CELL_FAILED", message);
  return nullptr;
}

inline void SetNumber(napi_env env, napi_value target, const char* name, int number) {
  napi_value value;
  if (napi_create_int32(env, number, &value) == napi_ok) napi_set_named_property(env, target, name, value);
}

inline void Offer(napi_env env, napi_value target, const char* name, napi_callback callback) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) != napi_ok) return;
  napi_set_named_property(env, target, name, function);
}

}  // namespace vivarium::process_napi

#endif
