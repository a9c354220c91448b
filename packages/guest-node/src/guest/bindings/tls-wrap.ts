import type { Binding } from "../guest.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import type { StreamHandle } from "../streams/stream-handle.ts";
import type { SecureContextBase } from "../tls/secure-context.ts";
import { TlsHandle } from "../tls/tls-handle.ts";
import type { CryptoLink } from "./crypto/crypto-link.ts";

/** Secure connections: of clients to the outside by the host, all others by the kernel, with what the program brings. */
export function tlsWrapBinding(network: GuestNetwork, link: CryptoLink): Binding {
  class TLSWrap extends TlsHandle {}
  return {
    __proto__: null,
    TLSWrap,
    wrap(handle: StreamHandle, context: SecureContextBase, isServer: boolean, isHeld: boolean): TLSWrap {
      return new TLSWrap({ network, link }, handle, context, { isServer: isServer === true, isHeld: isHeld === true });
    },
  };
}
