import type { Binding, Guest } from "../guest.ts";
import { ChannelHandle } from "../network/channel-handle.ts";
import { type ConnectRequest, connectInside, connectOutside } from "../network/connection.ts";
import type { GivenNote } from "../network/given-streams.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import {
  createSocketFile,
  isTooLong,
  keyAt,
  nameKey,
  openSocketFile,
  removeSocketFile,
  type SocketPlace,
} from "../network/socket-file.ts";
import { unimplemented } from "../unimplemented.ts";

const UV_ENOENT = -2;
const UV_EINVAL = -22;
const UV_ENOTSUP = -95;
const UV_EADDRINUSE = -98;
const UV_ECONNREFUSED = -111;
/** The kind of a pipe over which processes send each other messages. */
const IPC = 2;

/**
 * Pipes that the guest was given, and Unix sockets: those of its own servers, which have names among its files and which no
 * one else can connect with, and those of the host that its permissions name.
 */
export function pipeWrapBinding(guest: Guest, network: GuestNetwork): Binding {
  const { listeners } = network;

  class Pipe extends ChannelHandle {
    #place: SocketPlace | undefined;

    constructor(type?: number) {
      super(network, type === IPC);
    }

    override createAccepted(): Pipe {
      return new Pipe();
    }

    bind(path: string): number {
      if (this.#place !== undefined || isTooLong(guest, path)) return UV_EINVAL;
      const place = createSocketFile(guest, path);
      if (typeof place === "number") return place;
      if (!listeners.addPath(place.key, this)) return UV_EADDRINUSE;
      this.#place = place;
      return 0;
    }

    override isServer(): boolean {
      return this.#place !== undefined || this.borrowed !== undefined;
    }

    override noteOf(status: number): GivenNote {
      return { kind: "pipe", listens: this.isServer(), status };
    }

    override listen(): number {
      if (this.borrowed !== undefined) return this.borrowed.listen();
      if (this.#place === undefined) return UV_EINVAL;
      this.beginListening(undefined);
      return 0;
    }

    connect(request: ConnectRequest, path: string): number {
      if (isTooLong(guest, path)) return UV_EINVAL;
      const connecting = { handle: this, request, provider: "PIPECONNECTWRAP" };
      const found = keyAt(guest, path);
      const listener = listeners.findPath(typeof found === "string" ? found : nameKey(path));
      if (listener !== undefined) connectInside(network, connecting, listener, {});
      else {
        connectOutside(network, connecting, (answered) => {
          const told = (result: unknown, reason: string | undefined): void => {
            // Without sockets of the host there are those among the guest's files, and nobody listens on this one.
            if (result !== UV_ENOTSUP) answered(result, reason);
            else answered(typeof found === "number" ? UV_ENOENT : UV_ECONNREFUSED, undefined);
          };
          guest.calls.request("net.connectPath", [path], told, { resource: "PIPECONNECTWRAP" });
        });
      }
      return 0;
    }

    override stopListening(): void {
      const place = this.#place;
      this.#place = undefined;
      if (place !== undefined) {
        listeners.removePath(place.key, this);
        removeSocketFile(guest, place);
      }
      super.stopListening();
    }

    fchmod(mode: number): number {
      return this.#place === undefined ? UV_EINVAL : openSocketFile(guest, this.#place, mode);
    }

    setPendingInstances(): never {
      throw unimplemented("pipe_wrap", "Pipe.setPendingInstances");
    }
  }
  network.makers.pipe = () => new Pipe();
  return {
    __proto__: null,
    Pipe,
    PipeConnectWrap: class PipeConnectWrap {},
  };
}
