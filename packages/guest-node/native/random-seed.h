#ifndef VIVARIUM_RANDOM_SEED_H_
#define VIVARIUM_RANDOM_SEED_H_

#include <v8.h>

namespace vivarium {

// Gives a context's Math.random a seed of its own, in a process that is a copy of another: what V8 would draw the seed
// from was copied too, and every copy would see the same numbers. Before any program runs in the context.
void SeedRandom(v8::Local<v8::Context> context);

}  // namespace vivarium

#endif
