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

inline napi_value Refuse(napi_env env, const char* message) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  return nullptr;
}

inline bool Read(napi_env env, napi_value from, bool* value) { return napi_get_value_bool(env, from, value) == napi_ok; }
inline bool Read(napi_env env, napi_value from, int32_t* value) {
  return napi_get_value_int32(env, from, value) == napi_ok;
}
inline bool Read(napi_env env, napi_value from, uint32_t* value) {
  return napi_get_value_uint32(env, from, value) == napi_ok;
}
inline bool Read(napi_env env, napi_value from, int64_t* value) {
  return napi_get_value_int64(env, from, value) == napi_ok;
}
inline bool Read(napi_env env, napi_value from, double* value) {
  return napi_get_value_double(env, from, value) == napi_ok;
}

// The arguments of a call, in order. False when there are fewer, or others.
template <typename... Values>
bool ReadArguments(napi_env env, napi_callback_info info, Values*... values) {
  constexpr size_t kWanted = sizeof...(Values);
  size_t count = kWanted;
  napi_value args[kWanted];
  if (napi_get_cb_info(env, info, &count, args, nullptr, nullptr) != napi_ok || count < kWanted) return false;
  size_t next = 0;
  return (Read(env, args[next++], values) && ...);
}

inline napi_value Boolean(napi_env env, bool answer) {
  napi_value value;
  return napi_get_boolean(env, answer, &value) == napi_ok ? value : nullptr;
}

}  // namespace vivarium::process_napi

#endif
