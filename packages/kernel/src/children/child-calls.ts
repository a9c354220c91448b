import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import type { LongAnswer } from "../system-calls/long-answer.ts";
import { readChildWish } from "./child-wish.ts";
import type { Children } from "./children.ts";

type ChildCallName = Extract<keyof HostHandlers, `child.${string}`>;

/** Serves a guest's calls about child processes. */
export function createChildCalls(children: Children, answer: LongAnswer): Pick<HostHandlers, ChildCallName> {
  return {
    *"child.spawn"(attempt, json) {
      const wish = readChildWish(json);
      const prepared = yield* children.prepare(attempt, wish, false);
      return JSON.stringify(children.spawn(prepared, wish));
    },
    *"child.wait"(attempt, child) {
      return JSON.stringify(yield* children.wait(attempt, child));
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"child.kill"(_attempt, child, signal) {
      children.get(child).kill(signal);
      return undefined;
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"child.threadId"() {
      return children.nextThreadId();
    },
    *"child.run"(attempt, json, input) {
      // What cannot be waited for is not begun.
      if (!attempt.mayWait)
        throw new CallFailure("ENOTSUP", "this cell cannot wait for a child; use the asynchronous call");
      const wish = readChildWish(json);
      const prepared = yield* children.prepare(attempt, wish, true);
      return answer.tell(yield* attempt.settle(children.run(prepared, wish, input)));
    },
  };
}
