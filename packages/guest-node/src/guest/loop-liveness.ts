import type { LoopHandle, LoopState } from "./loop-state.ts";
import { ArrayPrototypePush } from "./past-prototypes.ts";
import { MathMax, MathMin, SetPrototypeForEach, SetPrototypeHas } from "./primordial.ts";
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

/** What is open and referenced, as libuv has it: a stream, too, that is neither read nor written at the moment. */
function activeHandles({ handles, opened }: LoopState): LoopHandle[] {
  const active: LoopHandle[] = [];
  SetPrototypeForEach(opened, (handle) => {
    if (handle.ref) ArrayPrototypePush(active, handle);
  });
  for (let index = 0; index < handles.length; index++) {
    const handle = handles[index];
    if (handle?.active === true && handle.ref && !SetPrototypeHas(opened, handle)) ArrayPrototypePush(active, handle);
  }
  return active;
}

/** Their objects, as `process._getActiveHandles` tells them: whom the library has made the owner of one, in its stead. */
export function activeObjects(state: LoopState, owner: symbol): object[] {
  const handles = activeHandles(state);
  const objects: object[] = [];
  for (let index = 0; index < handles.length; index++) {
    const object = handles[index]?.object as Record<symbol, object | null | undefined> | undefined;
    if (object !== undefined) ArrayPrototypePush(objects, object[owner] ?? object);
  }
  return objects;
}

/** What keeps the loop alive, as `process.getActiveResourcesInfo` names it. */
export function activeResources(loop: LoopFigures, registry: CallRegistry, state: LoopState): string[] {
  const names = registry.pendingNames();
  const handles = activeHandles(state);
  for (let index = 0; index < handles.length; index++) ArrayPrototypePush(names, handles[index]?.name ?? "");
  for (let count = loop.timeoutInfo[0] ?? 0; count > 0; count--) ArrayPrototypePush(names, "Timeout");
  for (let count = loop.immediateInfo[1] ?? 0; count > 0; count--) ArrayPrototypePush(names, "Immediate");
  return names;
}
