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
  WeakSetPrototypeAdd,
  WeakSetPrototypeHas,
} from "./primordial.ts";
import { takeSigint } from "./sigint-watch.ts";

/** Those who listen to a signal: the guest may send itself any, and whoever has started it. */
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
  if (isChild(guest) && SetPrototypeGetSize(listeners) === 1) listenOutside(guest, signal);
  return () => {
    const isLast = SetPrototypeDelete(listeners, listener) && SetPrototypeGetSize(listeners) === 0;
    if (isChild(guest) && isLast) guest.calls.sync("signal.listen", signal, false);
  };
}

/** Whether another guest has started it. */
function isChild({ config }: Guest): boolean {
  return config.entry !== undefined && config.entry !== "code";
}

/** Guests that wait for what others send them. */
const waiting = new WeakSet<Guest>();

function listenOutside(guest: Guest, signal: number): void {
  guest.calls.sync("signal.listen", signal, true);
  if (WeakSetPrototypeHas(waiting, guest)) return;
  WeakSetPrototypeAdd(waiting, guest);
  awaitSignal(guest);
}

function awaitSignal(guest: Guest): void {
  const arrived = (signal: unknown): void => {
    if (typeof signal !== "number" || signal <= 0) return;
    callListeners(guest, signal);
    awaitSignal(guest);
  };
  // The listener's handle, not the request, decides whether the loop stays alive.
  guest.calls.request("signal.next", [], arrived, { ref: false, resource: "SIGNALWRAP" });
}

/** Answers whether there was one. */
function callListeners(guest: Guest, signal: number): boolean {
  const bySignal = WeakMapPrototypeGet(listenersOf, guest);
  const listeners = bySignal === undefined ? undefined : MapPrototypeGet(bySignal, signal);
  if (listeners === undefined || SetPrototypeGetSize(listeners) === 0) return false;
  SetPrototypeForEach(listeners, (listener) => {
    guest.loop.post(listener);
  });
  return true;
}

const HARMLESS = { __proto__: null, SIGCHLD: 17, SIGCONT: 18, SIGURG: 23, SIGWINCH: 28 } as const;
const FIRST_SIGNAL_EXIT = 128;

/** `process.kill(process.pid, signal)`: to the listeners if there are any, else what the signal does by itself. */
export function raiseSignal(guest: Guest, signal: number): number {
  if (takeSigint(guest, signal)) return 0;
  if (callListeners(guest, signal)) return 0;
  if (signal === HARMLESS.SIGCHLD || signal === HARMLESS.SIGCONT) return 0;
  if (signal === HARMLESS.SIGURG || signal === HARMLESS.SIGWINCH) return 0;
  return exitBySignal(guest, signal);
}

/** Ends the guest as that signal would end a process. */
export function exitBySignal(guest: Guest, signal: number): never {
  if (isChild(guest)) guest.calls.sync("signal.raise", signal);
  return guest.exit(FIRST_SIGNAL_EXIT + signal);
}
