import type { Guest } from "../guest.ts";

const UV_ESRCH = -3;

/**
 * Sends a child of which the guest has not heard that it is over a signal, by the host's number for it. One that is over
 * nevertheless takes it, as a process does that nobody has waited for.
 */
export function signalChild(guest: Guest, child: number, signal: number): number {
  const status = guest.calls.sync("child.kill", child, signal) as number;
  return status === UV_ESRCH ? 0 : status;
}
