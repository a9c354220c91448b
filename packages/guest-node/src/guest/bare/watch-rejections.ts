import type { NativeHelper } from "../../native/native-helper.ts";
import type { EventLoop } from "../event-loop.ts";
import { ArrayPrototypePush, removeAt } from "../past-prototypes.ts";
import { ArrayPrototypeShift } from "../primordial.ts";

interface Rejection {
  readonly promise: Promise<unknown>;
  readonly reason: unknown;
}

/** In the loop's memory shared with whoever runs ticks: whether there are rejections to tell. */
const HAS_REJECTIONS = 1;

/** Tells of rejections that nobody has handled when all microtasks have run. */
export function watchRejections(
  { microtasks }: NativeHelper,
  loop: EventLoop,
  onUnhandled: (reason: unknown) => void,
): void {
  const unhandled: Rejection[] = [];
  microtasks.setPromiseRejectCallback((type, promise, reason) => {
    if (type === microtasks.kPromiseRejectWithNoHandler) {
      ArrayPrototypePush(unhandled, { promise, reason });
      loop.tickInfo[HAS_REJECTIONS] = 1;
    } else if (type === microtasks.kPromiseHandlerAddedAfterReject) {
      for (let index = 0; index < unhandled.length; index++) {
        if (unhandled[index]?.promise === promise) removeAt(unhandled, index);
      }
    }
  });
  loop.tickCallback = () => {
    loop.tickInfo[HAS_REJECTIONS] = 0;
    const first = ArrayPrototypeShift(unhandled);
    if (first !== undefined) onUnhandled(first.reason);
  };
}
