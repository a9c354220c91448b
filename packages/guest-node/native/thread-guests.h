#ifndef VIVARIUM_THREAD_GUESTS_H_
#define VIVARIUM_THREAD_GUESTS_H_

#include <node_api.h>

#include "helper.h"

// The guests of a process by the thread that has made them, so that another thread can interrupt one that never comes
// back. This table is the one thing that the guests of a process share here; no guest has a way to it.
namespace vivarium::thread_guests {

// A number for the calling thread that no other thread of this process ever has; never 0.
uint32_t ThisThread();

// Puts a guest into the table, until its state goes.
void Enter(State* state);

// The guest with this number, if it still is there, stops at the next place where V8 looks. From any thread; answers
// whether it is there.
bool Interrupt(uint32_t number);

// The guest ends: by itself, or its host has said so. On its own thread.
void NoteEnd(State* state);

// Lets a guest go on that was stopped in a script of its own; false when it is to end. On its own thread.
bool Resume(State* state);

void Register(napi_env env, napi_value exports);

}  // namespace vivarium::thread_guests

#endif
