import { ChannelEnd } from "../children/channel-end.ts";
import type { Binding, Guest } from "../guest.ts";
import { type ConnectRequest, connectInside, connectOutside } from "../network/connection.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import { SocketHandle } from "../network/socket-handle.ts";
import { unimplemented } from "../unimplemented.ts";

const UV_EINVAL = -22;
const UV_EADDRINUSE = -98;
/** The kind of a pipe over which processes send each other messages. */
const IPC = 2;

/**
 * Pipes that the guest was given, and Unix sockets: those of its own servers, which no one else can see, and those of the
 * host that its permissions name.
 */
export function pipeWrapBinding(guest: Guest, network: GuestNetwork): Binding {
  const { listeners } = network;

  class Pipe extends SocketHandle {
    #path: string | undefined;

    readonly #isChannel: boolean;

    constructor(type?: number) {
      super(network, "PIPEWRAP");
      this.#isChannel = type === IPC;
    }

    /** The library opens the channel to the guest's parent by the number of a descriptor, as Node's has one. */
    override open(fd: number): number {
      const { channel } = guest.config;
      if (!this.#isChannel || channel === undefined) return super.open(fd);
      network.core.attach(this, new ChannelEnd(guest, channel));
      return 0;
    }

    override createAccepted(): Pipe {
      return new Pipe();
    }

    bind(path: string): number {
      if (this.#path !== undefined) return UV_EINVAL;
      if (!listeners.addPath(path, this)) return UV_EADDRINUSE;
      this.#path = path;
      return 0;
    }

    listen(): number {
      if (this.#path === undefined) return UV_EINVAL;
      this.beginListening(undefined);
      return 0;
    }

    connect(request: ConnectRequest, path: string): number {
      const connecting = { handle: this, request, provider: "PIPECONNECTWRAP" };
      const listener = listeners.findPath(path);
      if (listener !== undefined) connectInside(network, connecting, listener, {});
      else {
        connectOutside(network, connecting, (answered) => {
          guest.calls.request("net.connectPath", [path], answered, { resource: "PIPECONNECTWRAP" });
        });
      }
      return 0;
    }

    override close(callback?: () => void): void {
      if (this.#path !== undefined) listeners.removePath(this.#path, this);
      super.close(callback);
    }

    // Nobody but this guest finds the socket: there is no one to let in or to keep out.
    fchmod(): number {
      return 0;
    }

    setPendingInstances(): never {
      throw unimplemented("pipe_wrap", "Pipe.setPendingInstances");
    }
  }
  return {
    __proto__: null,
    Pipe,
    PipeConnectWrap: class PipeConnectWrap {},
  };
}
