import type { Binding, Guest } from "../guest.ts";
import { FunctionPrototypeBind } from "../primordial.ts";

export function taskQueueBinding(guest: Guest): Binding {
  const { microtasks } = guest.native;
  return {
    __proto__: null,
    tickInfo: guest.loop.tickInfo,
    enqueueMicrotask: microtasks.enqueueMicrotask,
    runMicrotasks: microtasks.performCheckpoint,
    setTickCallback(callback: () => void) {
      // Bound: a function of ours would take the place of a frame in the stacks of what it runs.
      guest.loop.tickCallback = FunctionPrototypeBind(callback, guest.process);
    },
    setPromiseRejectCallback: microtasks.setPromiseRejectCallback,
    promiseRejectEvents: {
      __proto__: null,
      kPromiseRejectWithNoHandler: microtasks.kPromiseRejectWithNoHandler,
      kPromiseHandlerAddedAfterReject: microtasks.kPromiseHandlerAddedAfterReject,
      kPromiseResolveAfterResolved: microtasks.kPromiseResolveAfterResolved,
      kPromiseRejectAfterResolved: microtasks.kPromiseRejectAfterResolved,
    },
  };
}
