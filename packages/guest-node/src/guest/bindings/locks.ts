import type { Binding } from "../guest.ts";
import { LockTable } from "../locks/lock-table.ts";
import type { PortHub } from "../messaging/port-hub.ts";

/** The locks behind `navigator.locks`: a guest and its threads have the same. */
export function locksBinding(hub: PortHub): Binding {
  return {
    __proto__: null,
    LOCK_MODE_SHARED: "shared",
    LOCK_MODE_EXCLUSIVE: "exclusive",
    LOCK_STOLEN_ERROR: LockTable.STOLEN,
    // Its parameters are many: the library hands over one by one what it is told.
    request(
      name: string,
      clientId: string,
      mode: "shared" | "exclusive",
      steal: boolean,
      ifAvailable: boolean,
      callback: (lock: object | null) => unknown,
    ) {
      return hub.locks.request({ name, clientId, mode }, { steal, ifAvailable, callback, isOthers: false });
    },
    query: () => hub.locks.query(),
  };
}
