import type { Binding } from "../guest.ts";
import type { GuestNetwork } from "../network/guest-network.ts";
import type { StreamHandle } from "../streams/stream-handle.ts";
import type { SecureContextBase } from "../tls/secure-context.ts";
import { TlsHandle } from "../tls/tls-handle.ts";
import { unimplemented } from "../unimplemented.ts";

/** Secure connections of clients. TLS is spoken by the host, which holds what is secret. */
export function tlsWrapBinding(network: GuestNetwork): Binding {
  const { core } = network;
  class TLSWrap extends TlsHandle {
    override hostStream(handle: StreamHandle): number | undefined {
      return core.find(handle)?.end?.stream;
    }
  }
  return {
    __proto__: null,
    TLSWrap,
    wrap(handle: StreamHandle, context: SecureContextBase, isServer: boolean): TLSWrap {
      if (isServer) throw unimplemented("tls_wrap", "TLSWrap of a server");
      if (core.find(handle) === undefined) throw unimplemented("js_stream", "JSStream");
      return new TLSWrap(network, handle, context);
    },
  };
}
