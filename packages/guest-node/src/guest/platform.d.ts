/** What the contracts of core name and the isolate itself does not have: Node's library brings it at boot. */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
}
