/** Something that keeps the loop alive while it is open and referenced: a handle in libuv's sense. */
export interface LoopHandle {
  /** Its provider, as `async_hooks` names it. */
  readonly name: string;
  active: boolean;
  ref: boolean;
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
  posted: { readonly callback: () => void; readonly ref: boolean }[];
  postedRefs: number;
  closing: (() => void)[];
  readonly handles: LoopHandle[];
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
    posted: [],
    postedRefs: 0,
    closing: [],
    handles: [],
  };
}
