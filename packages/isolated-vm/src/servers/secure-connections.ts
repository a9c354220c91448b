import type { Duplex } from "node:stream";
import { checkServerIdentity, type SecureContext } from "node:tls";
import { byteStreamOf, type SecureOptions, secureContextOptions } from "@vivarium/core";
import { HandshakeError, secureSocket } from "@vivarium/kernel";

/** Makes TLS over a connection to a guest. Rejects with what has a code. */
export type MakeSecure = (plain: Duplex) => Promise<Duplex>;

/** For connections to one server that are to be secure in one way: they share what that takes. */
export function secureConnections(options: SecureOptions): MakeSecure {
  let shared: SecureContext | undefined;
  return async (plain) => {
    const socket = await secureSocket(byteStreamOf(plain), options, {
      alpn: ["http/1.1"],
      context: (create) => {
        shared ??= create(secureContextOptions(options));
        return shared;
      },
    });
    const { servername = "", rejectUnauthorized = true } = options;
    if (!rejectUnauthorized || checkServerIdentity(servername, socket.getPeerCertificate()) === undefined)
      return socket;
    socket.destroy();
    // What Node says of it has words of the certificate, and so of the guest.
    const message = `The certificate of the guest is not of ${JSON.stringify(servername)}`;
    throw new HandshakeError("ERR_TLS_CERT_ALTNAME_INVALID", message);
  };
}
