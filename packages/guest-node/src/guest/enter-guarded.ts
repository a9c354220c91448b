import { tellThrown } from "./fatal-exception.ts";
import type { GuestCore } from "./guest.ts";

/** Node's exit code for a failure of what handles uncaught exceptions. */
const HANDLER_FAILED = 7;

/**
 * Does what the kernel has entered the guest for. A program can make code throw that we run outside of any callback
 * scope (a getter, a patched method, no memory for a message): that goes the way of its uncaught exceptions, and should
 * that way throw too, the guest ends. To the kernel nothing is thrown: a failed entry would be a fault of ours.
 */
export function enterGuarded(guest: GuestCore, work: () => void): void {
  const { callCatching } = guest.native.errors;
  const thrown = callCatching(work);
  if (thrown === undefined) return;
  const again = callCatching(() => guest.loop.onUncaught(thrown[0], thrown[1]));
  if (again === undefined) return;
  tellThrown(guest, again[0], again[1]);
  guest.exit(HANDLER_FAILED);
}
