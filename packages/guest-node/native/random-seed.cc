#include "random-seed.h"

#include "helper.h"

#if defined(__linux__)
#include <sys/random.h>
#include <unistd.h>
#endif

namespace vivarium {

#if defined(__linux__)

namespace {

// Set as the library is loaded, which a copied process never does again.
const pid_t loading_process = getpid();

}  // namespace

void SeedRandom(Local<Context> context) {
  if (getpid() == loading_process) return;
  uint32_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != sizeof seed) std::abort();
  char flag[32];
  // V8 reads it when a context asks for its first number; 0 would mean that there is none.
  std::snprintf(flag, sizeof flag, "--random-seed=%u", (seed >> 1) | 1);
  V8::SetFlagsFromString(flag);
  Isolate* isolate = context->GetIsolate();
  Context::Scope scope(context);
  TryCatch caught(isolate);
  Local<Script> script;
  Local<Value> number;
  if (!Script::Compile(context, Text(isolate, "Math.random()")).ToLocal(&script)) return;
  if (!script->Run(context).ToLocal(&number)) return;
}

#else

void SeedRandom(Local<Context>) {}

#endif

}  // namespace vivarium
