import type { Guest } from "../guest.ts";
import { SetPrototypeAdd, SetPrototypeDelete, SetPrototypeHas } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { OwnDatagrams } from "./own-datagrams.ts";
import { OwnListeners } from "./own-listeners.ts";
import { failOwner, UV_EACCES } from "./socket-failure.ts";

/** The index of the async id that is the trigger of whatever is made now, in `async_id_fields`. */
const DEFAULT_TRIGGER_ID = 3;

/** What the network bindings of one guest share. */
export class GuestNetwork {
  readonly guest: Guest;
  readonly core: StreamCore;
  readonly listeners: OwnListeners = new OwnListeners();
  readonly datagrams: OwnDatagrams = new OwnDatagrams();
  /** Async ids of sockets that have no connection yet. */
  readonly #unconnected: Set<number> = new Set();

  constructor(guest: Guest, core: StreamCore) {
    this.guest = guest;
    this.core = core;
    core.onFailure = (handle, status, reason) => {
      return (status === UV_EACCES || reason !== "") && failOwner(guest, handle, status, reason);
    };
  }

  expectConnection(asyncId: number): void {
    SetPrototypeAdd(this.#unconnected, asyncId);
  }

  forgetConnection(asyncId: number): void {
    SetPrototypeDelete(this.#unconnected, asyncId);
  }

  /** Whether what is asked now is asked for a socket that is to be connected: that is how `net.js` looks names up. */
  isConnecting(): boolean {
    return SetPrototypeHas(this.#unconnected, this.guest.wraps.ids[DEFAULT_TRIGGER_ID] ?? -1);
  }
}
