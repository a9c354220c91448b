import type { Guest } from "./guest.ts";
import {
  MapPrototypeGet,
  MapPrototypeSet,
  SetPrototypeAdd,
  SetPrototypeDelete,
  SetPrototypeForEach,
  SetPrototypeGetSize,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "./primordial.ts";

/** Those who listen to a signal that the guest sends itself: no other reaches it. */
type Listener = () => void;

const listenersOf = new WeakMap<Guest, Map<number, Set<Listener>>>();

export function watchSignal(guest: Guest, signal: number, listener: Listener): () => void {
  let bySignal = WeakMapPrototypeGet(listenersOf, guest);
  if (bySignal === undefined) {
    bySignal = new Map();
    WeakMapPrototypeSet(listenersOf, guest, bySignal);
  }
  const known = MapPrototypeGet(bySignal, signal);
  const listeners = known ?? new Set<Listener>();
  if (known === undefined) MapPrototypeSet(bySignal, signal, listeners);
  SetPrototypeAdd(listeners, listener);
  return () => {
    SetPrototypeDelete(listeners, listener);
  };
}

const HARMLESS = { __proto__: null, SIGCHLD: 17, SIGCONT: 18, SIGURG: 23, SIGWINCH: 28 } as const;
const FIRST_SIGNAL_EXIT = 128;

/** `process.kill(process.pid, signal)`: to the listeners if there are any, else what the signal does by itself. */
export function raiseSignal(guest: Guest, signal: number): number {
  const bySignal = WeakMapPrototypeGet(listenersOf, guest);
  const listeners = bySignal === undefined ? undefined : MapPrototypeGet(bySignal, signal);
  if (listeners !== undefined && SetPrototypeGetSize(listeners) > 0) {
    SetPrototypeForEach(listeners, (listener) => {
      guest.loop.post(listener);
    });
    return 0;
  }
  if (signal === HARMLESS.SIGCHLD || signal === HARMLESS.SIGCONT) return 0;
  if (signal === HARMLESS.SIGURG || signal === HARMLESS.SIGWINCH) return 0;
  return guest.exit(FIRST_SIGNAL_EXIT + signal);
}
