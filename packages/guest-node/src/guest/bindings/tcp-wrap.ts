import type { Binding } from "../guest.ts";
import type { GivenNote } from "../network/given-streams.ts";
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

    static given(note: GivenNote): TCP {
      const handle = new TCP(SOCKET);
      network.forgetConnection(handle.getAsyncId());
      handle.setNames(note);
      return handle;
    }
  }
  network.makers.tcp = TCP.given;
  return {
    __proto__: null,
    TCP,
    TCPConnectWrap: class TCPConnectWrap {},
  };
}
