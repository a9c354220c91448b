#pragma once

#include <node_api.h>

#include "helper.h"

// Memory for long results, text and bytes alike. The system takes far longer to hand out fresh pages than it takes to write
// to them: a process that is its guests' alone keeps what has been freed for what comes next, and frees it early.
namespace vivarium::long_memory {

// Results of so many bytes are long.
constexpr size_t kLong = 1024 * 1024;

// A guest begins: from now on it is seen whether it makes many buffers, whoever makes them.
void Enter(State* state);

// To be called before a result of so many bytes is made.
void Expect(Isolate* isolate, size_t bytes);

// The guest goes.
void Leave(const State* state);

void Register(napi_env env, napi_value exports);

}  // namespace vivarium::long_memory
