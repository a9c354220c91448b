/**
 * What Node's library is told of its start-up snapshot: that it is being built while the guest boots, and that it is
 * loaded when the guest starts. So its own code says what a boot may leave behind, and takes back what it may not.
 */
export interface StartUpSnapshot {
  /** As the library reads it: 1 while it is being built. */
  readonly building: Uint8Array;
  /** The library's own last act before it is written. */
  onSerialize: () => void;
}

export function createStartUpSnapshot(): StartUpSnapshot {
  const building = new Uint8Array(1);
  building[0] = 1;
  return { building, onSerialize() {} };
}

/** More is added to the snapshot. */
export function reopenSnapshot(snapshot: StartUpSnapshot): void {
  snapshot.building[0] = 1;
}

/** The snapshot is complete: everything from here on is the run's. Idempotent. */
export function completeSnapshot(snapshot: StartUpSnapshot): void {
  if (snapshot.building[0] === 0) return;
  snapshot.onSerialize();
  snapshot.building[0] = 0;
}
