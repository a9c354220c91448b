import type { LoopHandle } from "./loop-state.ts";
import type { GuestCalls } from "./system-calls.ts";

/**
 * What a guest has at once that calls it back later: timers, immediates for its next turn, open handles. How many there
 * may be, the kernel knows; it is asked when there are more than it has said.
 */
export interface Waiters {
  timers: number;
  /** At most: those that were queued in a turn that is over are forgotten when they matter. */
  immediates: number;
  /** Whether immediates are queued; set when Node's library is there. */
  hasImmediates: () => boolean;
  /** The program comes: from here on the kernel's figure counts. */
  begin(): void;
  /** One more has come: one too many ends the guest. */
  check(): void;
}

export function createWaiters(calls: GuestCalls, handles: LoopHandle[]): Waiters {
  let allowed = Infinity;
  const count = (): number => waiters.timers + waiters.immediates + handles.length;
  const waiters: Waiters = {
    timers: 0,
    immediates: 0,
    hasImmediates: () => false,
    begin() {
      allowed = 0;
    },
    check() {
      if (count() <= allowed) return;
      if (!waiters.hasImmediates()) waiters.immediates = 0;
      dropClosed(handles);
      const now = count();
      if (now <= allowed) return;
      const limit = calls.sync("loop.waiters", now);
      if (typeof limit === "number" && limit >= 0) allowed = limit;
    },
  };
  return waiters;
}

/** Forgets the handles that have been closed; answers whether one of the others keeps the loop alive. */
export function dropClosed(handles: LoopHandle[]): boolean {
  // Those that are open move up in place: every index written to is already the array's own.
  let open = 0;
  let referenced = false;
  for (let index = 0; index < handles.length; index++) {
    const handle = handles[index];
    if (handle === undefined) continue;
    handle.listed = handle.active;
    if (!handle.active) continue;
    handles[open++] = handle;
    if (handle.ref) referenced = true;
  }
  handles.length = open;
  return referenced;
}
