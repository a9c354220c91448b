import { countTimers } from "../count-timers.ts";
import type { Binding, Guest } from "../guest.ts";
import { FunctionPrototypeBind } from "../primordial.ts";

export function timersBinding(guest: Guest): Binding {
  const { loop } = guest;
  return {
    __proto__: null,
    immediateInfo: loop.immediateInfo,
    timeoutInfo: loop.timeoutInfo,
    setupTimers(processImmediate: () => void, processTimers: (now: number) => number) {
      loop.processImmediate = FunctionPrototypeBind(processImmediate, guest.process);
      loop.processTimers = FunctionPrototypeBind(processTimers, guest.process);
      countTimers(guest);
    },
    getLibuvNow: () => loop.now(),
    scheduleTimer: (delayMs: number) => loop.scheduleTimer(delayMs),
    toggleTimerRef: (ref: boolean) => loop.toggleTimerRef(ref),
    // The loop looks at immediateInfo's count of references.
    toggleImmediateRef() {},
  };
}
