import type { LoopState } from "./loop-state.ts";
import { ArrayPrototypePush } from "./past-prototypes.ts";
import { MathMax, MathMin } from "./primordial.ts";
import type { CallRegistry } from "./system-calls.ts";
import { dropClosed } from "./waiters.ts";

/** What of a loop tells whether it is alive. */
interface LoopFigures {
  readonly immediateInfo: Uint32Array;
  readonly timeoutInfo: Int32Array;
  now(): number;
  readonly between: { dueAt(): number } | undefined;
}

/** How long the loop may sleep, in milliseconds; `Infinity`: until it is woken; -1: nothing keeps it alive. */
export function sleepTime(registry: CallRegistry, loop: LoopFigures, state: LoopState): number {
  const { immediateInfo } = loop;
  if (state.closing.length > 0) return 0;
  const alive =
    state.postedRefs > 0 ||
    (immediateInfo[1] ?? 0) > 0 ||
    (state.timerAt >= 0 && state.timerRef) ||
    registry.hasReferencedRequests() ||
    dropClosed(state.handles);
  if (!alive) return -1;
  if (state.posted.length > 0 || (immediateInfo[1] ?? 0) > 0 || immediateInfo[2] !== 0) return 0;
  const dueAt = MathMin(state.timerAt < 0 ? Infinity : state.timerAt, loop.between?.dueAt() ?? Infinity);
  return dueAt === Infinity ? Infinity : MathMax(0, dueAt - loop.now());
}

/** One object per pending request, as `process._getActiveRequests` tells them. */
export function activeRequests(registry: CallRegistry): object[] {
  const names = registry.pendingNames();
  const requests: object[] = [];
  for (let index = 0; index < names.length; index++) {
    ArrayPrototypePush(requests, { constructor: { name: names[index] } });
  }
  return requests;
}

/** What keeps the loop alive, as `process.getActiveResourcesInfo` names it. */
export function activeResources(loop: LoopFigures, registry: CallRegistry, state: LoopState): string[] {
  const names = registry.pendingNames();
  for (let index = 0; index < state.handles.length; index++) {
    const handle = state.handles[index];
    if (handle?.active === true && handle.ref) ArrayPrototypePush(names, handle.name);
  }
  for (let count = loop.timeoutInfo[0] ?? 0; count > 0; count--) ArrayPrototypePush(names, "Timeout");
  for (let count = loop.immediateInfo[1] ?? 0; count > 0; count--) ArrayPrototypePush(names, "Immediate");
  return names;
}
