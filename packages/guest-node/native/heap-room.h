#ifndef VIVARIUM_HEAP_ROOM_H_
#define VIVARIUM_HEAP_ROOM_H_

#include <node_api.h>

#include "helper.h"

// Room between what a guest may have and what its heap may take. V8 ends the whole process at once when a single object
// does not fit into a heap; isolated-vm ends a guest alone, but after a collection. So the isolate is made with a larger
// limit, and the difference is held here: isolated-vm counts it as the guest's, nobody ever writes to it.
namespace vivarium::heap_room {

// Holds the room that was announced for the next guest of this thread.
void Enter(State* state);
void Leave(State* state);

void Register(napi_env env, napi_value exports);

}  // namespace vivarium::heap_room

#endif
