import type { HostCallName } from "./call-answer.ts";

const groups = ["stream", "net", "dns", "child", "signal"] as const;

/** A call on what lies outside of the guest's world: byte streams, the network, child processes. */
export type OutsideCallName = Extract<HostCallName, `${(typeof groups)[number]}.${string}`>;

/** Whether a call is on what lies outside: it may wait for strangers, and holds up no other. */
export function isOutsideCall(name: string): name is OutsideCallName {
  return groups.some((group) => name.startsWith(`${group}.`));
}

const patient: ReadonlySet<string> = new Set<OutsideCallName>([
  "stream.read",
  "stream.readPast",
  "stream.write",
  "stream.shutdown",
  "stream.close",
  "net.accept",
  "net.secure",
  "child.wait",
  "signal.next",
]);

/**
 * Whether a call may wait as long as a peer likes: an idle socket is read, a listener waits. What bounds such calls is
 * the number of streams that a guest may have, each of which has few under way.
 */
export function waitsForPeer(name: string): boolean {
  return patient.has(name);
}
