import type { Guest } from "../guest.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "../primordial.ts";

type OnDirectory = (path: string) => void;

const listeners = new WeakMap<Guest, OnDirectory>();

/** Has a guest's threads hear of its working directory: theirs is its own. */
export function onDirectory(guest: Guest, listener: OnDirectory): void {
  WeakMapPrototypeSet(listeners, guest, listener);
}

export function directoryChanged(guest: Guest, path: string): void {
  WeakMapPrototypeGet(listeners, guest)?.(`${path}`);
}
