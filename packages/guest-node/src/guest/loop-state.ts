import { createOwnQueue, type OwnQueue } from "./own-queue.ts";

/** Something that keeps the loop alive while it is open and referenced: a handle in libuv's sense. */
export interface LoopHandle {
  /** Its provider, as `async_hooks` names it. */
  readonly name: string;
  active: boolean;
  ref: boolean;
  /** Whether the loop knows it: the loop's to set. */
  listed: boolean;
  /** The library's object for it, where that is told of. */
  readonly object?: object;
}

/** What one loop remembers from one turn to the next. */
export interface LoopState {
  fresh: boolean;
  turns: number;
  idleMs: number;
  sleepingSince: number;
  timerAt: number;
  timerRef: boolean;
  depth: number;
  /** Whether ticks and microtasks are due that no callback has run yet. */
  unsettled: boolean;
  /** Whether an answer of the kernel has been delivered: the first turn has come to its poll phase then. */
  hasPolled: boolean;
  /** Whether a callback has thrown since ticks and microtasks were last run before immediates. */
  hasFailed: boolean;
  /** Where this turn is, whether it has just come there, and how many callbacks of a fixed number are left there. */
  phase: number;
  phaseIsNew: boolean;
  left: number;
  /** Whether the library is running its timers: true until it returns, so also after one has thrown. */
  timersAreRun: boolean;
  /** The moment for which it runs them. */
  timersNow: number;
  /** What V8 would post as tasks: they run before a loop that nothing keeps alive ends, and do not keep it alive. */
  readonly tasks: (() => void)[];
  readonly posted: OwnQueue<{ readonly callback: () => void; readonly ref: boolean }>;
  postedRefs: number;
  readonly closing: (() => void)[];
  readonly handles: LoopHandle[];
  /** Those that are told of as long as they are open, whether or not anything is going on. */
  readonly opened: Set<LoopHandle>;
}

export function createLoopState(): LoopState {
  return {
    fresh: true,
    turns: 0,
    idleMs: 0,
    sleepingSince: -1,
    timerAt: -1,
    timerRef: false,
    depth: 0,
    unsettled: false,
    hasPolled: false,
    hasFailed: false,
    phase: 0,
    phaseIsNew: true,
    left: 0,
    timersAreRun: false,
    timersNow: 0,
    tasks: [],
    posted: createOwnQueue(),
    postedRefs: 0,
    closing: [],
    handles: [],
    opened: new Set(),
  };
}
