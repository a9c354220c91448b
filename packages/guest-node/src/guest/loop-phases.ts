import type { LoopState } from "./loop-state.ts";
import { ArrayPrototypeShift, MathMax } from "./primordial.ts";

/** What of a loop its phases use. */
interface LoopWork {
  readonly immediateInfo: Uint32Array;
  readonly processImmediate: (() => void) | undefined;
  readonly processTimers: ((now: number) => number) | undefined;
  readonly between: { endDue(): void } | undefined;
  now(): number;
}

type Callback = () => void;
type Phase = (loop: LoopWork, state: LoopState) => Callback | undefined;

/** A turn begins: its phases come anew. */
export function beginPhases(state: LoopState): void {
  state.phase = state.turns === 1 && !state.hasPolled ? FIRST_TIMERS : POLL;
  state.phaseIsNew = true;
}

/**
 * The next callback of this turn, in libuv's order: poll, immediates, closing callbacks, timers; only the first turn
 * begins with timers, unless an answer came before it. After each, ticks and microtasks are due.
 */
export function nextCallback(loop: LoopWork, state: LoopState): Callback | undefined {
  for (;;) {
    const phase = phases[state.phase];
    if (phase === undefined) return undefined;
    const callback = phase(loop, state);
    state.phaseIsNew = callback === undefined;
    if (callback !== undefined) return callback;
    state.phase++;
  }
}

function tasks(loop: LoopWork, state: LoopState): Callback | undefined {
  if (state.phaseIsNew) {
    loop.between?.endDue();
    state.left = state.tasks.length;
  }
  return state.left-- > 0 ? ArrayPrototypeShift(state.tasks) : undefined;
}

/** What was posted before the phase began. */
function posted(_loop: LoopWork, state: LoopState): Callback | undefined {
  if (state.phaseIsNew) state.left = state.posted.length;
  if (state.left-- <= 0) return undefined;
  const next = state.posted.take();
  if (next?.ref === true) state.postedRefs--;
  return next?.callback;
}

/** As in Node, what an error has left behind runs before immediates do: ticks and microtasks alone. */
function leftBehind(_loop: LoopWork, state: LoopState): Callback | undefined {
  if (!state.phaseIsNew || !state.hasFailed) return undefined;
  state.hasFailed = false;
  return nothing;
}

function nothing(): void {}

function immediates({ immediateInfo, processImmediate }: LoopWork, state: LoopState): Callback | undefined {
  const isDue = immediateInfo[2] !== 0 || (state.phaseIsNew && immediateInfo[0] !== 0);
  return isDue ? processImmediate : undefined;
}

function closing(_loop: LoopWork, state: LoopState): Callback | undefined {
  if (state.phaseIsNew) state.left = state.closing.length;
  return state.left-- > 0 ? ArrayPrototypeShift(state.closing) : undefined;
}

function timers(loop: LoopWork, state: LoopState): Callback | undefined {
  // Until the library's function returns: one that threw has timers left, those that were due at the same moment.
  if (!state.timersAreRun) {
    // To ask for the time is to leave the guest.
    if (!state.phaseIsNew || state.timerAt < 0) return undefined;
    const now = loop.now();
    if (now < state.timerAt) return undefined;
    state.timerAt = -1;
    state.timersNow = now;
    state.timersAreRun = true;
  }
  return () => {
    const next = loop.processTimers?.(state.timersNow) ?? 0;
    state.timersAreRun = false;
    if (next !== 0) {
      state.timerAt = MathMax(next < 0 ? -next : next, loop.now() + 1);
      state.timerRef = next > 0;
    } else if (state.timerAt < 0) {
      state.timerRef = false;
    }
  };
}

const phases: readonly Phase[] = [timers, tasks, posted, leftBehind, immediates, closing, timers];
const FIRST_TIMERS = 0;
const POLL = 1;
