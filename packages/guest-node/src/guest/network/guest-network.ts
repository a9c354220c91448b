import type { Guest } from "../guest.ts";
import type { TakeLate } from "../late-bundles.ts";
import { withoutPrototype } from "../past-prototypes.ts";
import { SetPrototypeAdd, SetPrototypeDelete, SetPrototypeHas } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import type { GivenNote } from "./given-streams.ts";
import { OwnDatagrams } from "./own-datagrams.ts";
import { OwnListeners } from "./own-listeners.ts";
import { failOwner, UV_EACCES } from "./socket-failure.ts";
import type { SocketHandle } from "./socket-handle.ts";

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

  /** Makes a handle, with nothing behind it, for what another guest has given. */
  readonly makers: Partial<Record<GivenNote["kind"], (note: GivenNote) => SocketHandle>> = withoutPrototype({});
  readonly takeLate: TakeLate;

  constructor(guest: Guest, core: StreamCore, takeLate: TakeLate) {
    this.guest = guest;
    this.core = core;
    this.takeLate = takeLate;
    core.takeGiven = (channel) => takeLate("given-sockets").takeHandle(this, channel);
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
