import type { Binding } from "../guest.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import { SOCKET, TcpHandle } from "../network/tcp-handle.ts";

/** TCP: connections that the host makes, servers that are reached through it, and connections of the guest with itself. */
export function tcpWrapBinding(network: GuestNetwork): Binding {
  class TCP extends TcpHandle {
    constructor(type: number) {
      super(network, type);
    }

    override create(): TCP {
      return new TCP(SOCKET);
    }
  }
  return {
    __proto__: null,
    TCP,
    TCPConnectWrap: class TCPConnectWrap {},
  };
}
