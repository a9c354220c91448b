// An object of C++ that dies with its handle in JavaScript, or with the guest's state.
#pragma once

#include "helper.h"

namespace vivarium {

template <typename Self>
struct Owned : Belonging {
  explicit Owned(State* owner) : Belonging(&owner->belongings), state(owner) {}

  State* state;
  Persistent<Object> handle;
  // Calls on the stack that still use this object.
  int busy = 0;

  Local<Object> Bind(Local<Object> object) {
    object->SetAlignedPointerInInternalField(0, static_cast<Self*>(this));
    handle.Reset(state->isolate, object);
    handle.SetWeak(static_cast<Self*>(this), [](const WeakCallbackInfo<Self>& info) {
      info.GetParameter()->handle.Reset();
      info.SetSecondPassCallback([](const WeakCallbackInfo<Self>& second) { delete second.GetParameter(); });
    }, WeakCallbackType::kParameter);
    return object;
  }
};

}  // namespace vivarium
