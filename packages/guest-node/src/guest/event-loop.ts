import type { NativeHelper } from "../native/native-helper.ts";
import type { AsyncWrap, AsyncWraps, Callback } from "./async-wraps.ts";
import { activeObjects, activeRequests, activeResources, sleepTime } from "./loop-liveness.ts";
import { beginPhases, nextCallback } from "./loop-phases.ts";
import { createLoopState, type LoopHandle, type LoopState } from "./loop-state.ts";
import { ArrayPrototypePush } from "./past-prototypes.ts";
import { MathFloor, MathMax, SetPrototypeAdd, SetPrototypeDelete } from "./primordial.ts";
import type { CallRegistry } from "./system-calls.ts";
import { createWaiters, type Waiters } from "./waiters.ts";

/** What V8 and isolated-vm would do between two entries into the guest. */
export interface BetweenEntries {
  /** When the next asynchronous wait times out, on the loop's clock. */
  dueAt(): number;
  endDue(): void;
  /** Whether V8 has something to tell, for which it needs a moment of its own. */
  wantsTurn(): boolean;
}

export interface EventLoop {
  /** Node's `tickInfo`, `immediateInfo`, `timeoutInfo`: memory shared with its JavaScript. */
  readonly tickInfo: Uint8Array;
  readonly immediateInfo: Uint32Array;
  readonly timeoutInfo: Int32Array;
  /** Timers, immediates and handles, as far as they are counted. */
  readonly waiters: Waiters;
  tickCallback: (() => void) | undefined;
  processImmediate: (() => void) | undefined;
  processTimers: ((now: number) => number) | undefined;
  /** Whole milliseconds since the guest's time origin. */
  now(): number;
  scheduleTimer(delayMs: number): void;
  toggleTimerRef(ref: boolean): void;
  /** Queues a callback for the next turn's poll phase, as a message to the loop would be. */
  post(callback: () => void, ref?: boolean): void;
  /** Queues a callback as V8 posts a task: it runs soon, and keeps nothing alive. */
  task(callback: () => void): void;
  /** Queues a callback for the closing phase of this turn. */
  close(callback: () => void): void;
  /** Keeps the loop alive until the handle is inactive or unreferenced. */
  addHandle(handle: LoopHandle): void;
  /** Has the handle told of until it is closed, whether or not it is active. */
  open(handle: LoopHandle): void;
  closed(handle: LoopHandle): void;
  /** A callback from outside: its scope, its errors, then ticks and microtasks. */
  makeCallback(wrap: AsyncWrap, callback: Callback, self: unknown, ...args: readonly unknown[]): void;
  /** As {@link makeCallback}, without a resource. */
  enter(callback: () => void): void;
  /** As {@link enter}, and leaves ticks and microtasks to {@link settle}, which stands on fewer frames. */
  hold(callback: () => void): void;
  /** As {@link hold}, for an answer of the kernel. */
  poll(callback: () => void): void;
  /** Ticks and microtasks after {@link hold}. */
  settle(): void;
  /** Ticks and microtasks at once, between two callbacks of what is one answer of the kernel. */
  tick(): void;
  /** One turn; see `GuestEntries.turn`. */
  turn(): number;
  /** Whether anything keeps the loop alive. */
  isAlive(): boolean;
  /** How many turns the loop has made. */
  turns(): number;
  /** How long the loop has slept, in milliseconds. */
  idleMs(): number;
  /** The loop starts anew: its next turn happens only if something keeps it alive. */
  restart(): void;
  /** One object per pending request, as `process._getActiveRequests` tells them. */
  activeRequests(): object[];
  /** What is open and referenced, as `process._getActiveHandles` tells it; the owner of a handle is its property of that name. */
  activeObjects(owner: symbol): object[];
  /** What keeps the loop alive, as `process.getActiveResourcesInfo` names it. */
  activeResources(): string[];
  /** What the guest does in V8's stead; set by the boot. */
  between: BetweenEntries | undefined;
  /** Calls an uncaught error's way; set by the boot. */
  onUncaught: (error: unknown, arrow?: string) => void;
}

/**
 * Node's event loop in libuv's order: poll, immediates, closing callbacks, timers. What the kernel delivers between two
 * turns is the poll phase; only the first turn begins with timers.
 */
export function createEventLoop(
  native: NativeHelper,
  registry: CallRegistry,
  wraps: Pick<AsyncWraps, "run">,
): EventLoop {
  const state = createLoopState();
  const waiters = createWaiters(registry.calls, state.handles);
  const loop: EventLoop = {
    tickInfo: new Uint8Array(2),
    immediateInfo: new Uint32Array(3),
    timeoutInfo: new Int32Array(1),
    tickCallback: undefined,
    processImmediate: undefined,
    processTimers: undefined,
    between: undefined,
    onUncaught(error) {
      throw error;
    },
    isAlive: () => sleepTime(registry, loop, state) >= 0,
    turns: () => state.turns,
    idleMs: () => state.idleMs,
    restart() {
      state.fresh = true;
    },
    activeRequests: () => activeRequests(registry),
    activeObjects: (owner) => activeObjects(state, owner),
    activeResources: () => activeResources(loop, registry, state),
    now: () => MathFloor(registry.calls.sync("clock.now") as number),
    scheduleTimer(delayMs) {
      state.timerAt = loop.now() + MathMax(1, delayMs);
    },
    toggleTimerRef(ref) {
      state.timerRef = ref;
    },
    ...loopQueues(state, waiters),
    waiters,
    makeCallback(wrap, callback, self, ...args) {
      guarded(native, loop, state, () => {
        wraps.run(wrap, callback, self, args);
      });
    },
    enter(callback) {
      guarded(native, loop, state, callback);
    },
    hold(callback) {
      const succeeded = attempt(native, loop, state, callback);
      // What a program that has thrown leaves behind runs before its loop begins.
      state.unsettled = succeeded || (state.turns === 0 && !state.hasPolled);
    },
    poll(callback) {
      state.hasPolled = true;
      loop.hold(callback);
    },
    settle() {
      if (!state.unsettled) return;
      state.unsettled = false;
      // No function of ours around this: V8 records ten frames of a stack, and each of ours takes a place from the program's.
      if (!loop.tickInfo[0]) native.microtasks.performCheckpoint();
      runTicks(native, loop, state);
    },
    tick() {
      if (!state.hasFailed) settleBetween(native, loop, state);
    },
    turn() {
      // As libuv: a loop that nothing keeps alive makes no turn, so what is unreferenced does not run.
      const isOver = state.fresh && state.tasks.length === 0 && sleepTime(registry, loop, state) < 0;
      if (isOver) return afterTurn(registry, loop, state, -1);
      state.fresh = false;
      state.turns++;
      if (state.sleepingSince >= 0) state.idleMs += loop.now() - state.sleepingSince;
      beginPhases(state);
      for (let next = nextCallback(loop, state); next !== undefined; next = nextCallback(loop, state)) {
        if (!attempt(native, loop, state, next)) continue;
        // Here, and not in a function of its own: V8 counts our frames, too, when it writes down who awaits whom.
        if (!loop.tickInfo[0]) native.microtasks.performCheckpoint();
        runTicks(native, loop, state);
      }
      const sleep = sleepTime(registry, loop, state);
      state.sleepingSince = sleep > 0 ? loop.now() : -1;
      return afterTurn(registry, loop, state, sleep);
    },
  };
  return loop;
}

function loopQueues(
  state: LoopState,
  waiters: Waiters,
): Pick<EventLoop, "post" | "task" | "close" | "addHandle" | "open" | "closed"> {
  return {
    post(callback, ref = true) {
      state.posted.put({ callback, ref });
      if (ref) state.postedRefs++;
    },
    task(callback) {
      ArrayPrototypePush(state.tasks, callback);
    },
    close(callback) {
      ArrayPrototypePush(state.closing, callback);
    },
    addHandle(handle) {
      if (handle.listed) return;
      handle.listed = true;
      ArrayPrototypePush(state.handles, handle);
      waiters.check();
    },
    open(handle) {
      SetPrototypeAdd(state.opened, handle);
    },
    closed(handle) {
      SetPrototypeDelete(state.opened, handle);
    },
  };
}

/** Asks for the moment that V8 needs; where tasks wait, the loop makes one more turn. */
function afterTurn(registry: CallRegistry, loop: EventLoop, state: LoopState, sleep: number): number {
  if (loop.between?.wantsTurn() === true) {
    registry.calls.sync("loop.drain");
    // What V8 has to say may be nothing: a loop that was over is not to make one more turn for that.
    state.fresh ||= sleep < 0;
  }
  return state.tasks.length > 0 ? 0 : sleep;
}

function guarded(native: NativeHelper, loop: EventLoop, state: LoopState, callback: () => void): void {
  // After an error, ticks wait for the next callback, as in Node, or for the next immediates.
  if (!attempt(native, loop, state, callback) || state.depth > 0) return;
  if (!loop.tickInfo[0]) native.microtasks.performCheckpoint();
  runTicks(native, loop, state);
}

function settleBetween(native: NativeHelper, loop: EventLoop, state: LoopState): void {
  if (!loop.tickInfo[0]) native.microtasks.performCheckpoint();
  runTicks(native, loop, state);
}

/** Calls within a scope, and answers whether neither it nor a scope inside it has thrown. */
function attempt(native: NativeHelper, loop: EventLoop, state: LoopState, callback: () => void): boolean {
  const hadFailed = state.hasFailed;
  state.hasFailed = false;
  state.depth++;
  catching(native, loop, state, callback);
  state.depth--;
  const succeeded = !state.hasFailed;
  state.hasFailed ||= hadFailed;
  return succeeded;
}

/** Calls, and sends what it throws the way of uncaught errors, with the place that threw it. */
function catching(native: NativeHelper, loop: EventLoop, state: LoopState, callback: () => void): void {
  const thrown = native.errors.callCatching(callback);
  if (thrown === undefined) return;
  state.hasFailed = true;
  loop.onUncaught(thrown[0], thrown[1]);
}

// When a tick throws, what is left runs with the next callback, or before the next immediates.
function runTicks(native: NativeHelper, loop: EventLoop, state: LoopState): void {
  const { tickInfo, tickCallback } = loop;
  if ((tickInfo[0] || tickInfo[1]) && tickCallback !== undefined) catching(native, loop, state, tickCallback);
}
