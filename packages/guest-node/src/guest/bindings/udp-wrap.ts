import type { Binding } from "../guest.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import { UdpHandle } from "../network/udp-handle.ts";

/** UDP between sockets of this guest. */
export function udpWrapBinding(network: GuestNetwork): Binding {
  class UDP extends UdpHandle {
    constructor() {
      super(network);
    }
  }
  network.guest.wraps.dress(UDP.prototype);
  return { __proto__: null, UDP, SendWrap: class SendWrap {} };
}
